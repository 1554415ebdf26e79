// The judge: what Go's own packages say of our log. It reads one question a line as JSON, and
// answers each in one line. Trees, proofs, tiles and notes are those of golang.org/x/mod/sumdb;
// cosignatures are put together here from c2sp.org/tlog-cosignature and Go's crypto/mldsa.
package main

import (
	"bufio"
	"crypto/ed25519"
	"crypto/mldsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"judge/note"
	"judge/tlog"
)

type question struct {
	Ask       string
	Entries   [][]byte // of a tree
	Size, Old int64
	Index     int64
	Root      []byte
	OldRoot   []byte
	Leaf      []byte
	Proof     [][]byte
	Note      []byte
	Keys      []string
	Name      string
	Seed      []byte
	Time      uint64
	Text      string
}

type answer struct {
	Error  string            `json:"error"`
	Root   []byte            `json:"root"`
	Proof  [][]byte          `json:"proof"`
	Tiles  map[string][]byte `json:"tiles"`
	Text   string            `json:"text"`
	By     []string          `json:"by"`
	Key    string            `json:"key"`
	Signed []byte            `json:"signed"`
}

// store keeps the hashes of a tree where Go's package wants them.
type store []tlog.Hash

func (s store) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = s[index]
	}
	return found, nil
}

func grow(entries [][]byte) (store, error) {
	var s store
	for i, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(i), entry, s)
		if err != nil {
			return nil, err
		}
		s = append(s, hashes...)
	}
	return s, nil
}

func hash(data []byte) (h tlog.Hash) {
	copy(h[:], data)
	return h
}

func hashes(list [][]byte) []tlog.Hash {
	made := make([]tlog.Hash, len(list))
	for i, data := range list {
		made[i] = hash(data)
	}
	return made
}

func bytesOf(list []tlog.Hash) [][]byte {
	made := make([][]byte, len(list))
	for i := range list {
		made[i] = list[i][:]
	}
	return made
}

// tree answers questions about a tree that Go builds from its entries.
func tree(q question, a *answer) error {
	s, err := grow(q.Entries)
	if err != nil {
		return err
	}
	size := int64(len(q.Entries))
	switch q.Ask {
	case "root":
		root, err := tlog.TreeHash(size, s)
		a.Root = root[:]
		return err
	case "prove inclusion":
		proof, err := tlog.ProveRecord(size, q.Index, s)
		a.Proof = bytesOf(proof)
		return err
	case "prove consistency":
		proof, err := tlog.ProveTree(size, q.Old, s)
		a.Proof = bytesOf(proof)
		return err
	}
	a.Tiles = map[string][]byte{}
	for _, tile := range tlog.NewTiles(8, q.Old, size) {
		if tile.L < 0 {
			continue
		}
		data, err := tlog.ReadTileData(tile, s)
		if err != nil {
			return err
		}
		a.Tiles[strings.Replace(tile.Path(), "tile/8/", "tile/", 1)] = data
	}
	return nil
}

func keyHash(name string, key []byte) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	return binary.BigEndian.Uint32(sum[:])
}

// cosigner is a witness's key, by the specification.
type cosigner struct {
	name     string
	material []byte // kind and public key
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return keyHash(c.name, c.material) }

func (c cosigner) Verify(text, signed []byte) bool {
	if len(signed) < 8 {
		return false
	}
	when, signature := binary.BigEndian.Uint64(signed), signed[8:]
	if c.material[0] == 4 {
		message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", when, text)
		return ed25519.Verify(c.material[1:], []byte(message), signature)
	}
	key, err := mldsa.NewPublicKey(mldsa.MLDSA44(), c.material[1:])
	if err != nil {
		return false
	}
	return mldsa.Verify(key, message(c.name, when, text), signature, nil) == nil
}

// message is the cosigned_message of the specification, for a whole tree.
func message(name string, when uint64, text []byte) []byte {
	state, err := tlog.ParseTree([]byte("go.sum database tree\n" + strings.SplitN(string(text), "\n", 2)[1]))
	if err != nil {
		return nil
	}
	origin := strings.SplitN(string(text), "\n", 2)[0]
	made := append([]byte("subtree/v1\n\x00"), byte(len(name)))
	made = binary.BigEndian.AppendUint64(append(made, name...), when)
	made = append(append(made, byte(len(origin))), origin...)
	made = binary.BigEndian.AppendUint64(made, 0)
	made = binary.BigEndian.AppendUint64(made, uint64(state.N))
	return append(made, state.Hash[:]...)
}

func verifier(text string) (note.Verifier, error) {
	name, rest, _ := strings.Cut(text, "+")
	id, encoded, _ := strings.Cut(rest, "+")
	material, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(material) == 0 || material[0] == 1 {
		return note.NewVerifier(text)
	}
	key := cosigner{name, material}
	if id != fmt.Sprintf("%08x", key.KeyHash()) {
		return nil, fmt.Errorf("the id is another key's")
	}
	return key, nil
}

// open has Go open a note with the keys given.
func open(q question, a *answer) error {
	var known []note.Verifier
	for _, text := range q.Keys {
		key, err := verifier(text)
		if err != nil {
			return err
		}
		known = append(known, key)
	}
	found, err := note.Open(q.Note, note.VerifierList(known...))
	if err != nil {
		return err
	}
	a.Text = found.Text
	for _, signature := range found.Sigs {
		a.By = append(a.By, fmt.Sprintf("%s+%08x", signature.Name, signature.Hash))
	}
	return nil
}

// sign has Go sign a text as a log does.
func sign(q question, a *answer) error {
	private := ed25519.NewKeyFromSeed(q.Seed)
	public := append([]byte{1}, private.Public().(ed25519.PublicKey)...)
	key := fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", q.Name, keyHash(q.Name, public),
		base64.StdEncoding.EncodeToString(append([]byte{1}, q.Seed...)))
	signer, err := note.NewSigner(key)
	if err != nil {
		return err
	}
	a.Key, err = note.NewEd25519VerifierKey(q.Name, private.Public().(ed25519.PublicKey))
	if err != nil {
		return err
	}
	a.Signed, err = note.Sign(&note.Note{Text: q.Text}, signer)
	return err
}

// cosign has Go sign a checkpoint as a witness with ML-DSA-44 does.
func cosign(q question, a *answer) error {
	key, err := mldsa.NewPrivateKey(mldsa.MLDSA44(), q.Seed)
	if err != nil {
		return err
	}
	public := cosigner{q.Name, append([]byte{6}, key.PublicKey().Bytes()...)}
	signature, err := key.Sign(nil, message(q.Name, q.Time, []byte(q.Text)), nil)
	if err != nil {
		return err
	}
	blob := binary.BigEndian.AppendUint32(nil, public.KeyHash())
	blob = append(binary.BigEndian.AppendUint64(blob, q.Time), signature...)
	encoded := base64.StdEncoding.EncodeToString
	a.Key = fmt.Sprintf("%s+%08x+%s", q.Name, public.KeyHash(), encoded(public.material))
	a.Signed = []byte(fmt.Sprintf("%s\n— %s %s\n", q.Text, q.Name, encoded(blob)))
	return nil
}

func judge(q question, a *answer) error {
	switch q.Ask {
	case "check inclusion":
		return tlog.CheckRecord(hashes(q.Proof), q.Size, hash(q.Root), q.Index, hash(q.Leaf))
	case "check consistency":
		return tlog.CheckTree(hashes(q.Proof), q.Size, hash(q.Root), q.Old, hash(q.OldRoot))
	case "open":
		return open(q, a)
	case "sign":
		return sign(q, a)
	case "cosign":
		return cosign(q, a)
	}
	return tree(q, a)
}

func main() {
	input := json.NewDecoder(bufio.NewReader(os.Stdin))
	output := json.NewEncoder(os.Stdout)
	for {
		var q question
		if input.Decode(&q) != nil {
			return
		}
		var a answer
		if err := judge(q, &a); err != nil {
			a.Error = err.Error()
		}
		if err := output.Encode(a); err != nil {
			panic(err)
		}
	}
}
