#include "base/trust.h"

#include <string.h>

#include "base/hex.h"
#include "base/utf8.h"

struct reading {
	struct trust trust;
	bool has_quorum;
	unsigned line, quorum_line;
};

static bool is_ending(struct str text, size_t i)
{
	return text.p[i] == '\r' && i + 1 < text.n && text.p[i + 1] == '\n';
}

static bool is_plain(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (((unsigned char)text.p[i] < 0x20 && text.p[i] != '\n' && !is_ending(text, i)) ||
			text.p[i] == 0x7f)
			return false;
	return utf8_is_valid(text);
}

/* The same public key for the same algorithm, by whatever name. */
static bool is_same(const struct note_key *a, const struct note_key *b)
{
	return (a->type == NOTE_SM2) == (b->type == NOTE_SM2) &&
		memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static bool is_known(const struct trust *t, const struct note_key *key)
{
	for (size_t i = 0; i < t->n_logs; i++)
		if (is_same(&t->logs[i], key))
			return true;
	for (size_t i = 0; i < t->n_witnesses; i++)
		if (is_same(&t->witnesses[i], key))
			return true;
	return false;
}

static enum trust_fault take_key(struct trust *t, struct str word, bool is_witness)
{
	struct note_key key;
	if (note_key_parse(word, &key) < 0 || (key.type == NOTE_COSIGNATURE) != is_witness)
		return TRUST_BAD_KEY;
	if (is_known(t, &key))
		return TRUST_TWICE;
	if (is_witness ? t->n_witnesses == TRUST_WITNESSES_MAX : t->n_logs == TRUST_LOGS_MAX)
		return TRUST_TOO_LONG;
	if (is_witness)
		t->witnesses[t->n_witnesses++] = key;
	else
		t->logs[t->n_logs++] = key;
	return 0;
}

/* Decimal without leading zeros. */
static enum trust_fault take_quorum(struct reading *r, struct str word)
{
	int64_t k;
	if (r->has_quorum || !word.n || word.p[0] < '0' || word.p[0] > '9' ||
		(word.p[0] == '0' && word.n > 1) || !str_to_i64(word, &k) ||
		k > TRUST_WITNESSES_MAX)
		return TRUST_BAD_QUORUM;
	r->has_quorum = true;
	r->quorum_line = r->line;
	r->trust.quorum = (size_t)k;
	return 0;
}

static enum trust_fault take_issuer(struct trust *t, struct str word)
{
	struct trust_issuer issuer;
	struct str id = str_cut(&word, ' ');
	if (!hex_read(word, issuer.public_key, sizeof issuer.public_key))
		return TRUST_BAD_KEY;
	sign_key_id(issuer.public_key, issuer.key_id);
	if (!str_is(id, issuer.key_id))
		return TRUST_BAD_KEY;
	for (size_t i = 0; i < t->n_issuers; i++)
		if (memcmp(t->issuers[i].public_key, issuer.public_key, SIGN_PUBLIC_BYTES) == 0)
			return TRUST_TWICE;
	if (t->n_issuers == TRUST_ISSUERS_MAX)
		return TRUST_TOO_LONG;
	t->issuers[t->n_issuers++] = issuer;
	return 0;
}

static enum trust_fault take_line(struct reading *r, struct str line)
{
	if (str_ends(line, "\r"))
		line.n--;
	if (!line.n || line.p[0] == '#')
		return 0;
	struct str word = str_cut(&line, ' ');
	if (str_is(word, "log"))
		return take_key(&r->trust, line, false);
	if (str_is(word, "witness"))
		return take_key(&r->trust, line, true);
	if (str_is(word, "quorum"))
		return take_quorum(r, line);
	if (str_is(word, "issuer"))
		return take_issuer(&r->trust, line);
	return TRUST_UNKNOWN_WORD;
}

static enum trust_fault take_all(struct reading *r, struct str text)
{
	if (text.n > TRUST_MAX)
		return TRUST_TOO_LONG;
	if (!is_plain(text))
		return TRUST_NOT_TEXT;
	while (text.n) {
		r->line++;
		enum trust_fault fault = take_line(r, str_cut(&text, '\n'));
		if (fault)
			return fault;
	}
	r->line = r->quorum_line;
	if (r->trust.quorum > r->trust.n_witnesses)
		return TRUST_BAD_QUORUM;
	r->line = 0;
	return r->trust.n_logs ? 0 : TRUST_NO_LOG;
}

int trust_parse(struct str text, struct trust *ret_trust, struct trust_problem *ret_problem)
{
	struct reading r = {0};
	enum trust_fault fault = take_all(&r, text);
	if (fault && ret_problem)
		*ret_problem = (struct trust_problem){fault, r.line};
	if (fault)
		return fault == TRUST_TOO_LONG ? ERR_LIMIT : ERR_INVALID;
	*ret_trust = r.trust;
	return 0;
}

static void put_key(struct buf *out, const char *word, const struct note_key *key)
{
	buf_puts(out, word);
	note_key_put(out, key);
	buf_putc(out, '\n');
}

void trust_put(struct buf *out, const struct trust *t)
{
	char hex[2 * SIGN_PUBLIC_BYTES + 1];
	for (size_t i = 0; i < t->n_logs; i++)
		put_key(out, "log ", &t->logs[i]);
	for (size_t i = 0; i < t->n_witnesses; i++)
		put_key(out, "witness ", &t->witnesses[i]);
	if (t->quorum)
		buf_printf(out, "quorum %zu\n", t->quorum);
	for (size_t i = 0; i < t->n_issuers; i++)
		buf_printf(out, "issuer %s %s\n", t->issuers[i].key_id,
			hex_write(t->issuers[i].public_key, SIGN_PUBLIC_BYTES, hex));
}

int trust_check(const struct trust *t, const struct note *note, struct checkpoint *ret_checkpoint,
	struct trust_verdict *ret_verdict)
{
	struct checkpoint c;
	struct note_verdict logs, witnesses;
	struct trust_verdict v = {0};
	int r = checkpoint_parse(note->text, &c);
	if (!r)
		r = note_check(note, t->logs, t->n_logs, &logs);
	if (!r)
		r = note_check(note, t->witnesses, t->n_witnesses, &witnesses);
	if (r < 0)
		return r;
	for (size_t i = 0; i < t->n_logs; i++) {
		v.by_log[i] = logs.by[i].holds && str_is(c.origin, t->logs[i].name);
		v.n_logs += v.by_log[i];
	}
	for (size_t i = 0; i < t->n_witnesses; i++) {
		v.by_witness[i] = witnesses.by[i].holds;
		v.witnessed_at[i] = witnesses.by[i].at;
		v.n_witnesses += witnesses.by[i].holds;
	}
	v.holds = v.n_logs && v.n_witnesses >= t->quorum;
	*ret_checkpoint = c;
	*ret_verdict = v;
	return 0;
}
