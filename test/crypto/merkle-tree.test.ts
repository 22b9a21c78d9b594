import test from 'ava';
import { consistencyProof, inclusionProof, leafHash, rootOf } from '../../crypto/merkle.ts';
import { MerkleTree } from '../../crypto/merkle-tree.ts';
import { seededRandom } from '../tools/random-sources.ts';

const random = seededRandom('merkle tree');
const HASHES = Array.from({ length: 70 }, () => leafHash(random(8)));

function grown(count: number): MerkleTree {
  const tree = new MerkleTree();
  for (const hash of HASHES.slice(0, count)) tree.append(hash);
  return tree;
}

test('a tree that keeps its levels has the roots and proofs of the plain list, at every earlier size too', (t) => {
  const tree = grown(HASHES.length);
  t.is(tree.size, HASHES.length);
  t.deepEqual(tree.root(), rootOf(HASHES));
  for (let size = 0; size <= HASHES.length; size += 1) {
    const earlier = HASHES.slice(0, size);
    t.deepEqual(tree.root(size), rootOf(earlier));
    for (let index = 0; index < size; index += 3)
      t.deepEqual(tree.inclusionProof(index, size), inclusionProof(earlier, index), `${index} of ${size}`);
    for (let oldSize = 0; oldSize <= size; oldSize += 3)
      t.deepEqual(tree.consistencyProof(oldSize, size), consistencyProof(earlier, oldSize), `${oldSize} to ${size}`);
  }
});

test('what was handed out does not change while the tree grows', (t) => {
  const tree = grown(16);
  const [root, proof] = [tree.root(), tree.inclusionProof(3)];
  const before = [new Uint8Array(root), ...proof.map((hash) => new Uint8Array(hash))];
  for (const hash of HASHES.slice(16)) tree.append(hash);
  t.deepEqual([root, ...proof], before);
  for (const hash of tree.inclusionProof(3)) hash.fill(0);
  t.deepEqual(tree.inclusionProof(3), inclusionProof(HASHES, 3), 'nor does the tree, when that is written over');
});

test('nothing beyond the tree is answered, and no leaf hash of another length taken', (t) => {
  const tree = grown(5);
  for (const size of [6, -1, 1.5]) {
    t.throws(() => tree.root(size), { code: 'CRYPTO_PROOF' });
    t.throws(() => tree.inclusionProof(0, size), { code: 'CRYPTO_PROOF' });
    t.throws(() => tree.consistencyProof(0, size), { code: 'CRYPTO_PROOF' });
  }
  t.throws(() => tree.inclusionProof(5), { code: 'CRYPTO_PROOF' });
  t.throws(() => tree.consistencyProof(6), { code: 'CRYPTO_PROOF' });
  t.throws(() => tree.append(new Uint8Array(31)), { code: 'CRYPTO_ENCODING' });
  t.is(tree.size, 5);
});
