/* What others have signed, held against their keys. */
#include <inttypes.h>

#include "core/log_witness.h"
#include "query/log.h"
#include "query/log_witness.h"

struct check {
	struct ctx *cx;
	struct arena *scratch;
	void (*alarm)(void *arg, const char *text);
	void *arg;
};

#define ALARM(c, ...) (c)->alarm((c)->arg, arena_printf((c)->scratch, __VA_ARGS__))

/* One line, by this witness, at this time, under this checkpoint. */
static bool holds(struct check *c, const struct q_log_cosignature_walk *row)
{
	struct note *bare = arena_make(c->scratch, struct note);
	struct note *note = arena_make(c->scratch, struct note);
	struct note_verdict *v = arena_make(c->scratch, struct note_verdict);
	const char *whole = arena_printf(c->scratch, "%s%s", row->note, row->line);
	struct note_key key;
	return note_key_parse(str_of(row->verifier_key), &key) == 0 &&
		key.type == NOTE_COSIGNATURE && note_parse(str_of(row->note), bare) == 0 &&
		note_parse(str_of(whole), note) == 0 && note->n == bare->n + 1 &&
		note_check(note, &key, 1, v) == 0 && v->n == 1 &&
		v->by[0].at == row->cosigned_at;
}

static int each(void *arg, const struct q_log_cosignature_walk *row)
{
	struct check *c = arg;
	if (!*row->name)
		ALARM(c, "%" PRId64 "条记录的检查点有一个见证签名，其见证服务没有登记",
			row->tree_size);
	else if (!holds(c, row))
		ALARM(c, "见证服务%s对%" PRId64 "条记录的检查点的签名不成立", row->name,
			row->tree_size);
	arena_reset(c->scratch);
	return 0;
}

/* The tree is read after what is known of the witnesses: it only grows. */
static int check_known(struct check *c)
{
	struct q_log_witness_all_rows rows;
	struct q_log_head_find head = {0};
	int r = q_log_witness_all(c->cx->db, &rows);
	if (r >= 0)
		r = q_log_head_find(c->cx->db, &head);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	for (size_t i = 0; i < rows.n; i++)
		if (rows.at[i].known_size > head.tree_size)
			ALARM(c, "见证服务%s称已为%" PRId64 "条记录签名，公开日志只有%" PRId64
				"条：数据库被改动，或从旧备份恢复过", rows.at[i].name,
				rows.at[i].known_size, head.tree_size);
	return 0;
}

int log_witness_check(struct ctx *cx, void (*alarm)(void *arg, const char *text), void *arg)
{
	auto_arena scratch = arena_new(16 << 20);
	struct check c = {cx, scratch, alarm, arg};
	int r = check_known(&c);
	if (r >= 0)
		r = q_log_cosignature_walk(cx->db, each, &c);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
