/**
 * How syllables of Korean and Chinese names are written in Latin letters, the transliteration of ours first: by
 * passport, by older systems (McCune-Reischauer, Wade-Giles) and in Cantonese or Hokkien. Only for comparing what is
 * written in syllables or characters with what is written in letters: among letters they are different names.
 * Chosen: the surnames of nine in ten Koreans, frequent parts of given names, Chinese surnames of the diaspora.
 */
const SYLLABLES = `
gim kim ghim
i lee yi rhee ri li
bag pak park bak
choe choi che
jeong jung chung chong jong cheong
gang kang
jo cho
yun yoon
jang chang
im lim rim
o oh
seo suh so
sin shin
gwon kwon
an ahn
song soong
yu yoo ryu you
hong hung
jeon jun chun chon jon
go ko koh
mun moon
son sohn
bae pae
baeg baek paik paek
heo huh hur ho
no noh roh
nam
sim shim
u woo wu
gwag kwak
seong sung song
cha
ju joo chu
un eun
hyeon hyun hyon
yeong young yong yung
geun keun kun
gyeong kyung kyong
seog suk sok seok
cheol chul chol
su soo
jun joon chun
hui hee hi
hyeog hyuk hyok
gu koo ku
seon sun son
gyu kyu
jae chae
gi ki kee
deog duk tok
hag hak
eog eok
bog bok
og ok
guk kuk kook
guk gug
gug kook kuk guk
hyeong hyung hyong
sang
tae
min
in
rae nae
ryong yong ryung
il
el
chen chan tan chin
huang wong hwang ng
lin lam lim
li lee lei
wu ng goh
zhang cheung chang teo
liu lau liew low
zhou chow chou chew
xu hsu tsui
wang wong ong heng
yang yeung yeo
cai tsai choi chua choy
zheng cheng tay
xie tse hsieh chia
he ho
guo kwok kuo quek
zhao chiu chao jiu
ye yip yeh yap
lu lo loo
mai mak
deng tang teng
feng fung foong
pan poon pun phua
jiang chiang kiang keung
liang leung liong neo
luo lo law loh
lai
zhu chu choo
xiao siu hsiao siew
cao tso tsao chou
zhong chung
jin kam chin
qian chien
qin chin
xue hsueh
ze tse
dong tung
shi shih
jie chieh
guang kwong
guo kuo
xi hsi
xiang hsiang
qing ching
qiang chiang
jun chun
zhi chih
zi tzu
`;

/** Two syllables are ways to write one when they share a number. */
export const SYLLABLE_GROUPS: ReadonlyMap<string, readonly number[]> = groups();

function groups(): ReadonlyMap<string, readonly number[]> {
  const bySyllable = new Map<string, number[]>();
  for (const [group, line] of SYLLABLES.trim().split('\n').entries())
    for (const syllable of line.split(' ')) bySyllable.set(syllable, [...(bySyllable.get(syllable) ?? []), group]);
  return bySyllable;
}
