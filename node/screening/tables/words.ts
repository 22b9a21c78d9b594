/** Words before or after a person's name that are no part of it. */
export const TITLES: ReadonlySet<string> = new Set(
  (
    'mr mrs ms miss mister dr doctor prof professor sir lady lord dame prince princess king queen president prasident ' +
    'presidente minister senator general colonel col gen major captain capt lt lieutenant sgt admiral ' +
    'shaikh sheikh shaykh cheikh sheik haji hajji hajj haj mullah mulla mawlawi maulavi maulawi qari ' +
    'ayatollah imam ustad ustaz engineer eng ing dipl jr sr junior senior ii iii esq phd md haji hon rev father ' +
    'brigadier commander na'
  ).split(' '),
);

/** Parts of names that join others, written or left out at will. */
export const PARTICLES: ReadonlySet<string> = new Set(
  (
    'al el ul ur bin ben ibn bint binti abu abou abi umm de da do dos das del della di du la le les los las van von ' +
    'der den ter ten zu zum zur y e i und and the of ould oglu ogli qizi st saint mac'
  ).split(' '),
);

/** Particles that mean "son of", in the spellings in which lists have them. */
export const FILIAL: ReadonlySet<string> = new Set(['bin', 'ben', 'ibn', 'bn']);

/** What many organisations are called: it says little about which one is meant. */
export const GENERIC_WORDS: ReadonlySet<string> = new Set(
  (
    'the of and for in at to de du des la le el und der die das y e a an group groupe gruppe grupo holding holdings ' +
    'international intl global general trading trade business services service solutions enterprise enterprises ' +
    'industries industry industrial management investment investments capital partners fund funds trust ' +
    'development systems technology technologies import export establishment organization organisation association ' +
    'foundation society office centre center company corporation joint stock limited liability'
  ).split(' '),
);

/** Cardinals and ordinals as words. */
export const NUMBER_WORDS: ReadonlyMap<string, number> = new Map(
  (
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
    'eighteen nineteen twenty'
  )
    .split(' ')
    .map((word, number): [string, number] => [word, number])
    .concat([
      ['first', 1],
      ['second', 2],
      ['third', 3],
      ['fourth', 4],
      ['fifth', 5],
      ['sixth', 6],
      ['seventh', 7],
      ['eighth', 8],
      ['ninth', 9],
      ['tenth', 10],
      ['thirty', 30],
      ['forty', 40],
      ['fifty', 50],
      ['sixty', 60],
      ['seventy', 70],
      ['eighty', 80],
      ['ninety', 90],
      ['hundred', 100],
    ]),
);
