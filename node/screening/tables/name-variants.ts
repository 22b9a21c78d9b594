/**
 * Spellings of one name in different romanisations, and in other languages where that is usual for the same person.
 * Lower case, ASCII. Chosen: names that are frequent on sanctions lists or in the press in several spellings.
 */
const SPELLINGS = `
muhammad mohammed mohammad mohamed muhammed mohamad muhamad mohamud mohd md mehmed mehmet maxamed mahomed magomed mokhammad mukhammad mhd
ahmad ahmed achmed ahmet akhmad akhmed axmed
mahmoud mahmud mahmood makhmud
hussein husayn hussain husain hosein hossein hussayn huseyin husein xuseen
hassan hasan hasaan xasan khasan
abdullah abdallah abdulla abdoullah abdalla abdullahi abdillahi
abd abdul abdel abdal abdoul abdol
rahman rehman rahmaan rachman rakhman
rahim raheem rakhim
karim kareem
aziz azeez
usama osama oussama usamah
umar omar omer oumar
uthman osman othman ousmane usman
yusuf youssef yousef yusef yousuf yousif yussuf youssouf jusuf yousaf
yaqub yaqoub yacoub yakub yacub yaqoob
ibrahim ebrahim ibraheem brahim
ismail ismael ismaeel esmail
khalid khaled
said saeed saeid sayed sayyid sayyed sayid syed seyed
ali aly
jamal gamal djamal djamel jamaal
faisal faysal feisal
walid waleed oualid
qasim kasim qassim qasem ghassem kassem qassem
tariq tarek tarik tareq
qadhafi gaddafi qaddafi gadhafi kadhafi kaddafi
laden ladin
nasir nasser naser nassir
nur noor nour
din deen dine uddin eddine aldin
allah ullah
shaikh sheikh shaykh cheikh sheik
zawahiri zawahri
haqqani haqani
tahir taher
salih saleh salah
hamid hameed
majid majeed
rashid rasheed
sharif shareef cherif
zahir zaher
vladimir wladimir volodymyr uladzimir
sergei sergey sergej serge serhii serhiy siarhei sergejs sergio
aleksandr alexander alexandr oleksandr aliaksandr alyaksandr aleksander alexandre alejandro alessandro aleksandar
aleksei alexey alexei aleksey oleksii oleksiy
mikhail michael mykhailo mykhaylo mihail michail michel miguel
nikolai nikolay mykola nicolai nikolaj mikalai
yuri yury yuriy iurii yurii juri jurij
dmitri dmitry dmitriy dmytro dimitri dzmitry
evgeni evgeny yevgeny evgenii yevgeniy evgeniy ievgen yevhen
andrei andrey andriy andrii andrej andreas andrew
yelena elena olena alena helena
igor ihor
oleg oleh
pavel pavlo pawel
petr pyotr petro peter
ivan iwan
viktor victor wiktor
grigori grigory grigoriy hryhoriy
anatoli anatoly anatoliy anatolii
vasili vasily vasiliy vasyl
arkadi arkady arkadii arkadiy
yulia julia iuliia yuliya
tatiana tatyana tetiana
natalia nataliya natalya nataliia
ekaterina yekaterina kateryna katerina catherine
khamenei khamenehi
kim gim
lee yi ri rhee li
pak park bak
choe choi
chong jung jeong chung jong
kang gang
paek baek back
no roh noh
yun yoon
im lim rim
jon jun jeon chon
jonas jonah
johan johann johannes jan hans
jean john juan joao giovanni jon
friedrich frederick frederik fredrik fredrich
stephan stefan stephen steven esteban
kristian christian cristian
philip philipp philippe felipe phillip
joseph josef jose giuseppe jozef yosef
francis francisco francois francesco franz
henri henry heinrich enrique
charles carlos karl carl carlo
william wilhelm guillermo guillaume willem
george georg georges jorge giorgio
mitsubishi mitubishi
intl international
`;

/** Short and pet forms with the full names that they stand for. */
const NICKNAMES = `
alex alexander alexandra alejandro
al albert alan alfred
andy andrew
abe abraham
bella isabella
ben benjamin benedict
bibi benjamin binyamin
bert albert robert hubert
beth liz lizzie betty elizabeth
bill billy will willy william
bob bobby rob robbie robert
barry barack
cathy kate katie kathy kat catherine katherine katharine
charlie chuck charles
chris christopher christian christine christina
dan danny daniel
dave davy david
dick rick rich ricky richard
dima dmitri dmitry
don donny donald
doug douglas
ed eddie ted ned edward edmund edwin
fred freddy frederick alfred
frank francis franklin
gabe gabriel
gene eugene evgeny
gerry jerry gerald jerome jeremy
greg gregory
hank harry hal henry
ike isaac dwight
jack john jonathan
jake jacob
jeff jeffrey geoffrey
jen jenny jennifer
jim jimmy jamie james
joe joey joseph
jon johnny john jonathan
josh joshua
ken kenny kenneth
larry lawrence laurence
leo leonard leonardo leonid
liam william
maggie meg peggy margaret
matt matthew
max maximilian maxim
mike mick mickey michael
mimi maria miriam
misha mikhail michael
nick nicky nicholas nikolai
pat patrick patricia
pepe jose
paco pancho francisco
pete peter
phil philip
ray raymond
ron ronnie ronald
sam sammy samuel samantha
sandy alexander alexandra
sasha aleksandr alexander alexandra
serge sergei
steve stephen steven
sue susie susan
ted teddy theodore edward
tim timmy timothy
tom tommy thomas
tony anthony antonio
vlad vladimir vladislav
volodya vova vladimir
vic victor
zack zach zachary
`;

export type NameVariants = {
  /** Two words are spellings of one name when they share a number. */
  readonly spellings: ReadonlyMap<string, readonly number[]>;
  readonly nicknames: ReadonlyMap<string, readonly number[]>;
};

/** Both tables, by word. */
export const NAME_VARIANTS: NameVariants = { spellings: groups(SPELLINGS), nicknames: groups(NICKNAMES) };

function groups(table: string): ReadonlyMap<string, readonly number[]> {
  const byWord = new Map<string, number[]>();
  for (const [group, line] of table.trim().split('\n').entries()) {
    for (const word of line.split(' ')) byWord.set(word, [...(byWord.get(word) ?? []), group]);
  }
  return byWord;
}
