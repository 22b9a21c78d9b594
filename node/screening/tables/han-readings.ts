/**
 * Readings of Chinese characters in names of other languages, which no transliteration knows: it reads all of them as
 * Mandarin. Chosen: the surnames of most Koreans and of a third of the Japanese, and frequent parts of given names.
 */

/** Korean surnames: characters of one reading, and the reading as passports and press write it most. */
const KOREAN_SURNAMES = `
金 kim
李 lee
朴 park
崔 choi
鄭郑 jung
姜 kang
趙赵 cho
尹 yoon
張张 jang
林 lim
韓韩 han
吳吴 oh
徐 seo
申 shin
權权 kwon
黃黄 hwang
安 ahn
宋 song
柳劉刘 yoo
洪 hong
全 jun
高 ko
文 moon
梁楊杨 yang
孫孙 son
裵裴 bae
白 baek
許许 huh
盧卢 noh
南 nam
沈 shim
禹 woo
郭 kwak
成 sung
車车 cha
朱周 joo
玄 hyun
方房 bang
太 tae
`;

/** Parts of Korean given names. */
const KOREAN_GIVEN = `
正貞贞廷定政鄭 jong
恩銀银殷 un
日一 il
成聖圣星晟 sung
民敏珉旻 min
秀洙壽寿守 soo
俊準准峻 joon
賢贤鉉铉玄 hyun
英永泳榮荣 young
哲喆澈 chul
鎬浩湖虎豪 ho
在宰載载 jae
明名 myung
熙姬姫喜 hee
宇雨佑禹 woo
珍鎭镇真 jin
善仙宣 sun
美 mi
智志知池 ji
慧惠 hye
淑 sook
順顺淳 soon
子 ja
承勝胜昇 seung
東东 dong
相尚 sang
基起奇 ki
根 keun
大 dae
吉 gil
龍龙容 yong
海 hae
文 moon
仁寅 in
博 bak
雄 woong
京慶庆敬景 kyung
桂 kye
洛樂 rak
鐵铁 chol
松 song
澤泽 taek
春 choon
花 hwa
植 sik
錫锡石 suk
元源 won
信 shin
國国 kook
光 kwang
道 do
泰太 tae
會会 hoe
學学 hak
玉 ok
蓮莲 ryon
與与汝 yo
奎圭 kyu
彦 eon
範范 bum
雪 sol
主 ju
愛爱 ae
`;

/** Japanese surnames; several ways to write one are parted by strokes. */
const JAPANESE_SURNAMES = `
佐藤 sato
鈴木 suzuki
高橋/高桥 takahashi
田中 tanaka
伊藤 ito
渡辺/渡邊/渡部 watanabe
山本 yamamoto
中村 nakamura
小林 kobayashi
加藤 kato
吉田 yoshida
山田 yamada
佐々木 sasaki
山口 yamaguchi
松本 matsumoto
井上 inoue
木村 kimura
林 hayashi
斎藤/斉藤/齋藤 saito
清水 shimizu
山崎 yamazaki
森 mori
池田 ikeda
橋本 hashimoto
阿部/安倍/安部 abe
石川 ishikawa
山下 yamashita
中島 nakajima
石井 ishii
小川 ogawa
前田 maeda
岡田 okada
長谷川 hasegawa
藤田 fujita
後藤 goto
近藤 kondo
村上 murakami
遠藤 endo
青木 aoki
坂本 sakamoto
福田 fukuda
太田/大田 ota
西村 nishimura
藤井 fujii
岡本 okamoto
藤原 fujiwara
三浦 miura
金子 kaneko
中野 nakano
中川 nakagawa
原田 harada
松田 matsuda
竹内 takeuchi
小野 ono
田村 tamura
中山 nakayama
和田 wada
石田 ishida
森田 morita
上田 ueda
原 hara
内田 uchida
柴田 shibata
酒井 sakai
宮崎 miyazaki
横山 yokoyama
高木 takagi
安藤 ando
宮本 miyamoto
大野 ono
小島 kojima
谷口 taniguchi
工藤 kudo
今井 imai
高田 takada
増田 masuda
丸山 maruyama
杉山 sugiyama
村田 murata
大塚 otsuka
新井 arai
藤本 fujimoto
小山 koyama
平野 hirano
河野 kono
上野 ueno
武田 takeda
野口 noguchi
松井 matsui
千葉 chiba
岩崎 iwasaki
菅原 sugawara
菅 suga
木下 kinoshita
久保 kubo
佐野 sano
野村 nomura
松尾 matsuo
市川 ichikawa
菊地/菊池 kikuchi
杉本 sugimoto
古川 furukawa
大西 onishi
島田 shimada
水野 mizuno
桜井/櫻井 sakurai
吉川 yoshikawa
山内 yamauchi
西田 nishida
岸田 kishida
石原 ishihara
小泉 koizumi
麻生 aso
野田 noda
鳩山 hatoyama
麻原 asahara
重信 shigenobu
篠田 shinoda
司 tsukasa
川口 kawaguchi
田岡 taoka
`;

/** Japanese given names. */
const JAPANESE_GIVEN = `
太郎 taro
一郎 ichiro
次郎/二郎 jiro
三郎 saburo
花子 hanako
健 ken
健一 kenichi
健太 kenta
健司/健次 kenji
賢治 kenji
大輔 daisuke
翔太 shota
翔 sho
拓也 takuya
直樹 naoki
直人 naoto
和也 kazuya
達也 tatsuya
誠 makoto
誠一 seiichi
博 hiroshi
浩 hiroshi
宏 hiroshi
浩二 koji
浩一 koichi
隆 takashi
隆史 takashi
学 manabu
明 akira
昭 akira
彰 akira
彰晃 shoko
茂 shigeru
清 kiyoshi
進 susumu
勇 isamu
実 minoru
正 tadashi
忠 tadashi
勝 masaru
修 osamu
豊 yutaka
洋 hiroshi
洋子 yoko
陽子 yoko
恵子 keiko
京子 kyoko
和子 kazuko
幸子 sachiko
裕子 yuko
優子 yuko
由美子 yumiko
久美子 kumiko
明美 akemi
真由美 mayumi
直美 naomi
智子 tomoko
節子 setsuko
房子 fusako
順子 junko
美咲 misaki
愛 ai
葵 aoi
結衣 yui
陽菜 hina
さくら sakura
晋三 shinzo
文雄 fumio
義偉 yoshihide
純一郎 junichiro
由紀夫 yukio
太一 taichi
雄一 yuichi
裕一 yuichi
勇気 yuki
剛 tsuyoshi
剛志 tsuyoshi
正雄 masao
正人 masato
和夫 kazuo
秀樹 hideki
英樹 hideki
英明 hideaki
俊介 shunsuke
慎太郎 shintaro
建市 kenichi
忍 shinobu
聡 satoshi
智 satoshi
哲也 tetsuya
幸雄 yukio
義雄 yoshio
信夫 nobuo
良子 yoshiko
`;

/** Characters that are read in another way when they are a Chinese surname. */
const CHINESE_SURNAMES = `
單单 shan
曾 zeng
解 xie
仇 qiu
區区 ou
查 zha
任 ren
華华 hua
翟 zhai
繆缪 miao
朴 piao
蓋盖 ge
`;

export type HanReadings = {
  readonly koreanSurnames: ReadonlyMap<string, string>;
  readonly koreanGiven: ReadonlyMap<string, string>;
  readonly japaneseSurnames: ReadonlyMap<string, string>;
  readonly japaneseGiven: ReadonlyMap<string, string>;
  readonly chineseSurnames: ReadonlyMap<string, string>;
};

/** Tables by what is written; Japanese ones by the whole name, the others by the character. */
export const HAN_READINGS: HanReadings = {
  koreanSurnames: byCharacter(KOREAN_SURNAMES),
  koreanGiven: byCharacter(KOREAN_GIVEN),
  japaneseSurnames: byName(JAPANESE_SURNAMES),
  japaneseGiven: byName(JAPANESE_GIVEN),
  chineseSurnames: byCharacter(CHINESE_SURNAMES),
};

function rows(table: string): readonly (readonly [string, string])[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [written = '', reading = ''] = line.split(' ');
      return [written, reading];
    });
}

function byCharacter(table: string): ReadonlyMap<string, string> {
  const single = new Map<string, string>();
  for (const [written, reading] of rows(table)) for (const character of written) single.set(character, reading);
  return single;
}

function byName(table: string): ReadonlyMap<string, string> {
  return new Map(
    rows(table).flatMap(([written, reading]) => written.split('/').map((name) => [name, reading] as const)),
  );
}
