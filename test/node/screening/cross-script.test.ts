import test from 'ava';
import { compareNames } from '../../../node/screening/compare-names.ts';
import { readingsOf } from '../../../node/screening/readings.ts';
import { screen } from '../../../node/screening/screen.ts';
import { buildScreeningIndex } from '../../../node/screening/screening-index.ts';
import { NAME_THRESHOLD, SCREENING_THRESHOLD } from '../../../node/screening/weights.ts';
import { listEntry } from './entries.ts';

const SAME: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  Cyrillic: [
    ['Сергей Беляев', 'Sergey Belyaev'],
    ['Наталья Кузнецова', 'Natalia Kuznetsova'],
    ['Юлія Шевченко', 'Yulia Shevchenko'],
  ],
  Greek: [
    ['Γεώργιος Παπαδόπουλος', 'Georgios Papadopoulos'],
    ['Ελένη Δημητρίου', 'Eleni Dimitriou'],
  ],
  Arabic: [
    ['يوسف خليل', 'Yusuf Khalil'],
    ['عمر حسن البشير', 'Omar Hassan al-Bashir'],
    ['علي كريم', 'Ali Karim'],
    ['حسین کریمی', 'Hossein Karimi'],
  ],
  Hebrew: [
    ['יעקב לוי', 'Yaakov Levi'],
    ['דוד כהן', 'David Cohen'],
  ],
  Hangul: [
    ['최민수', 'Choi Min Soo'],
    ['정우성', 'Jung Woo-sung'],
    ['강하늘', 'Kang Haneul'],
    ['박근혜', 'Park Geun-hye'],
  ],
  'Chinese characters of a Korean': [
    ['朴正熙', 'Park Jung Hee'],
    ['李明博', 'Lee Myung-bak'],
    ['文在寅', 'Moon Jae-in'],
  ],
  'Chinese characters of a Japanese': [
    ['鈴木健太', 'Kenta Suzuki'],
    ['佐藤さくら', 'Sato Sakura'],
    ['高橋 直樹', 'TAKAHASHI Naoki'],
    ['安倍晋三', 'Shinzo Abe'],
  ],
  'Chinese characters': [
    ['王小明', 'Xiaoming Wang'],
    ['曾庆红', 'Zeng Qinghong'],
    ['林国强', 'Lam Kwok Keung'],
    ['陳美玲', 'CHAN Mei Ling'],
  ],
  Kana: [['スズキ イチロー', 'Suzuki Ichiro']],
  'other scripts': [
    ['გიორგი ბერიძე', 'Giorgi Beridze'],
    ['Արմեն Պետրոսյան', 'Armen Petrosyan'],
    ['राहुल शर्मा', 'Rahul Sharma'],
    ['วิชัย', 'Wichai'],
  ],
};

const DIFFERENT: readonly (readonly [string, string])[] = [
  ['Сергей Беляев', 'Andrei Morozov'],
  ['محمد علي', 'Mahmoud Lee'],
  ['최민수', 'Park Min Soo'],
  ['김정은', 'Kim Young Sam'],
  ['山田太郎', 'Tanaka Hanako'],
  ['山田太郎', 'Suzuki Taro'],
  ['王小明', 'Li Xiaoming'],
  ['朴正熙', 'Lee Jung Hee'],
  ['דוד כהן', 'Dan Katz'],
];

for (const [script, pairs] of Object.entries(SAME)) {
  test(`M-02 (cross-script, ${script}) a name is the same in Latin letters, offline`, (t) => {
    for (const [one, other] of pairs) {
      const { score } = compareNames(one, other, 'INDIVIDUAL');
      t.true(score >= NAME_THRESHOLD, `${one} ${other}: ${score}`);
      t.is(compareNames(other, one, 'INDIVIDUAL').score >= NAME_THRESHOLD, true, `${other} ${one}`);
    }
  });
}

test('M-02 (cross-script, others) another name stays another one in any script', (t) => {
  for (const [one, other] of DIFFERENT) {
    const { score } = compareNames(one, other, 'INDIVIDUAL');
    t.true(score < NAME_THRESHOLD, `${one} ${other}: ${score}`);
  }
});

test('a name in Chinese characters is found on a list of Latin names, and the other way round', (t) => {
  const others = Array.from({ length: 200 }, (_, index) => listEntry(`x${index}`, `Fremd${index} Person${index * 7}`));
  const index = buildScreeningIndex([
    listEntry('kim', 'KIM, Jong Il'),
    listEntry('yamada', '山田太郎'),
    listEntry('choi', 'CHOE, Min-su'),
    ...others,
  ]);
  const first = (name: string): string | undefined => {
    const nothing = { aliases: [], datesOfBirth: [], countries: [], identifiers: [], entityType: null };
    return screen(index, { name, ...nothing }, { limit: 1, threshold: SCREENING_THRESHOLD })[0]?.entry.entryId;
  };
  t.is(first('김정일'), 'kim');
  t.is(first('金正日'), 'kim');
  t.is(first('Taro Yamada'), 'yamada');
  t.is(first('최민수'), 'choi');
});

test('half a reading is no reading', (t) => {
  t.deepEqual(readingsOf('金正恩'), ['kim, jong un']);
  t.deepEqual(readingsOf('山田太郎'), ['yamada, taro']);
  t.deepEqual(readingsOf('山田鱷魚'), []);
  t.deepEqual(readingsOf('Taro Yamada'), []);
  t.deepEqual(readingsOf('金'), []);
  t.deepEqual(readingsOf('金'.repeat(500)), []);
});
