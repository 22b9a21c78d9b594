import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { fromHex, toHex } from '../../crypto/bytes.ts';
import {
  CompactTree,
  consistencyProof,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../crypto/merkle.ts';
import { sha256 } from '../../crypto/hash.ts';
import { seededRandom } from '../tools/random-sources.ts';
import { publishedTest } from './published-vectors.ts';

// The reference leaves and roots of Certificate Transparency (google/certificate-transparency, merkle_tree_test.cc).
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** MTH, written down from RFC 6962, section 2.1, word for word. */
function specifiedRoot(hashes: readonly Uint8Array[]): Uint8Array {
  const [only] = hashes;
  if (only === undefined) return sha256();
  if (hashes.length === 1) return only;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(specifiedRoot(hashes.slice(0, k)), specifiedRoot(hashes.slice(k)));
}

function randomLeaves(count: number, seed: string): readonly Uint8Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => leafHash(random(8)));
}

test('RFC 6962, section 2.1: roots of the reference leaves, grown one by one', (t) => {
  const tree = new CompactTree();
  t.is(toHex(tree.root()), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  for (const [index, leaf] of LEAVES.entries()) {
    tree.append(leafHash(fromHex(leaf)));
    t.is(tree.size, index + 1);
    t.is(toHex(tree.root()), ROOTS[index] ?? '');
  }
  t.is(toHex(rootOf(LEAVES.map((leaf) => leafHash(fromHex(leaf))))), ROOTS[7] ?? '');
});

test('a copy of a tree grows by itself', (t) => {
  const [first, second, third] = randomLeaves(3, 'copy') as [Uint8Array, Uint8Array, Uint8Array];
  const tree = new CompactTree();
  tree.append(first);
  const copy = tree.copy();
  copy.append(second);
  tree.append(third);
  t.deepEqual([tree.size, copy.size], [2, 2]);
  t.deepEqual(tree.root(), rootOf([first, third]));
  t.deepEqual(copy.root(), rootOf([first, second]));
});

test('RFC 6962, section 2.1.3: audit paths and consistency proofs of the example with seven leaves', (t) => {
  const hashes = randomLeaves(7, 'seven');
  const [a, b, c, d, e, f, j] = hashes as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const [g, h, i] = [nodeHash(a, b), nodeHash(c, d), nodeHash(e, f)];
  const [k, l] = [nodeHash(g, h), nodeHash(i, j)];
  t.deepEqual(inclusionProof(hashes, 0), [b, h, l]);
  t.deepEqual(inclusionProof(hashes, 3), [c, g, l]);
  t.deepEqual(inclusionProof(hashes, 4), [f, j, k]);
  t.deepEqual(inclusionProof(hashes, 6), [i, k]);
  t.deepEqual(consistencyProof(hashes, 3), [c, d, g, l]);
  t.deepEqual(consistencyProof(hashes, 4), [l]);
  t.deepEqual(consistencyProof(hashes, 6), [i, j, k]);
});

test('every inclusion proof of trees up to 40 leaves holds at its own index and nowhere else', (t) => {
  for (let size = 1; size <= 40; size += 1) {
    const hashes = randomLeaves(size, `inclusion ${size}`);
    const root = specifiedRoot(hashes);
    for (const [index, leaf] of hashes.entries()) {
      const claim = { leafHash: leaf, index, treeSize: size, proof: inclusionProof(hashes, index), root };
      t.true(verifyInclusion(claim));
      t.false(verifyInclusion({ ...claim, index: (index + 1) % (size + 1) }));
      t.false(verifyInclusion({ ...claim, proof: [...claim.proof, leaf] }));
      if (claim.proof.length > 0) t.false(verifyInclusion({ ...claim, proof: claim.proof.slice(1) }));
    }
  }
});

test('every consistency proof of trees up to 40 leaves holds for its own sizes and roots alone', (t) => {
  for (let size = 1; size <= 40; size += 1) {
    const hashes = randomLeaves(size, 'consistency');
    const newRoot = specifiedRoot(hashes);
    for (let oldSize = 1; oldSize <= size; oldSize += 1) {
      const oldRoot = specifiedRoot(hashes.slice(0, oldSize));
      const claim = { oldSize, newSize: size, oldRoot, newRoot, proof: consistencyProof(hashes, oldSize) };
      t.true(verifyConsistency(claim), `${oldSize} to ${size}`);
      t.false(verifyConsistency({ ...claim, oldRoot: leafHash(oldRoot) }));
      t.false(verifyConsistency({ ...claim, newRoot: leafHash(newRoot) }));
      t.false(verifyConsistency({ ...claim, proof: [...claim.proof, newRoot] }));
      for (const place of claim.proof.keys()) {
        const proof = claim.proof.map((hash, at) => (at === place ? leafHash(hash) : hash));
        t.false(verifyConsistency({ ...claim, proof }), `${oldSize} to ${size}, hash ${place}`);
      }
    }
  }
});

test('a proof outside the tree is not made, and nothing proves that a tree extends the empty one', (t) => {
  const hashes = randomLeaves(5, 'outside');
  for (const index of [-1, 5, 1.5, Number.NaN]) t.throws(() => inclusionProof(hashes, index), { code: 'CRYPTO_PROOF' });
  for (const size of [-1, 6, 0.5]) t.throws(() => consistencyProof(hashes, size), { code: 'CRYPTO_PROOF' });
  t.deepEqual(consistencyProof(hashes, 0), []);
  const claim = { oldSize: 0, newSize: 5, oldRoot: rootOf([]), newRoot: rootOf(hashes), proof: [] };
  t.false(verifyConsistency(claim));
});

test('a proof longer than the tree is high is refused, even where its hash would be the root', (t) => {
  const [leaf, other] = randomLeaves(2, 'high') as [Uint8Array, Uint8Array];
  const root = nodeHash(other, leaf);
  t.false(verifyInclusion({ leafHash: leaf, index: 0, treeSize: 1, proof: [other], root }));
  t.true(verifyInclusion({ leafHash: leaf, index: 1, treeSize: 2, proof: [other], root }));
});

test('proofs hold at sizes beyond 32 bits, and hashes of another length are refused', (t) => {
  // The last leaf of a tree of 2^40 + 1 has one sibling: the root of all before it.
  const [leaf, before] = randomLeaves(2, 'large') as [Uint8Array, Uint8Array];
  const [index, treeSize] = [2 ** 40, 2 ** 40 + 1];
  const root = nodeHash(before, leaf);
  t.true(verifyInclusion({ leafHash: leaf, index, treeSize, proof: [before], root }));
  t.true(verifyConsistency({ oldSize: index, newSize: treeSize, oldRoot: before, newRoot: root, proof: [leaf] }));
  t.false(verifyInclusion({ leafHash: leaf, index: index - 1, treeSize, proof: [before], root }));
  const [half, rest] = [before.subarray(0, 16), new Uint8Array([...before.subarray(16), ...leaf])];
  t.false(verifyInclusion({ leafHash: rest, index: 1, treeSize: 2, proof: [half], root }));
});

// The folders subtreeinclusion and subtreeconsistency are left out: they prove subtrees that do not begin at the first
// leaf (draft-ietf-plants-merkle-tree-certs), which RFC 6962 has not and no protocol here sends or accepts.
publishedTest('RFC 6962: every inclusion proof of transparency-dev/merkle', 'rfc6962/inclusion', (t, folder) => {
  const cases = vectorFiles<{ leafIdx: number; treeSize: number; root: string; leafHash: string }>(folder);
  t.true(cases.length >= 98);
  for (const { name, leafIdx, treeSize, root, leafHash: leaf, proof, wantErr } of cases) {
    const claim = { leafHash: base64(leaf), index: leafIdx, treeSize, proof: proof.map(base64), root: base64(root) };
    t.is(verifyInclusion(claim), !wantErr, name);
  }
});

publishedTest('RFC 6962: every consistency proof of transparency-dev/merkle', 'rfc6962/consistency', (t, folder) => {
  const cases = vectorFiles<{ size1: number; size2: number; root1: string; root2: string }>(folder);
  t.true(cases.length >= 98);
  for (const { name, size1, size2, root1, root2, proof, wantErr } of cases) {
    const claim = {
      oldSize: size1,
      newSize: size2,
      oldRoot: base64(root1),
      newRoot: base64(root2),
      proof: proof.map(base64),
    };
    t.is(verifyConsistency(claim), !wantErr, name);
  }
});

type VectorFile = { readonly name: string; readonly proof: readonly string[]; readonly wantErr: boolean };

function vectorFiles<Fields>(folder: string): readonly (Fields & VectorFile)[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const fields = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Fields & VectorFile;
      return { ...fields, name, proof: fields.proof ?? [] };
    });
}

function base64(text: string | null): Uint8Array {
  return new Uint8Array(Buffer.from(text ?? '', 'base64'));
}
