/* Items: whose eyes they pass, what cannot be changed, who reads, and what is left of reading. */
#include "bank_world.h"
#include "core/setting.h"
#include "domain/exam/bank_near.h"



static void brings(struct bank_world *w, int64_t item, const char *state)
{
	if (streq(state, "draft"))
		return;
	must(w, step(w, CLERK_A, item, "submit"));
	if (streq(state, "submitted"))
		return;
	if (streq(state, "retired")) {
		must(w, step(w, MANAGER, item, "retire"));
		return;
	}
	must(w, step(w, CLERK_B, item, "review"));
	if (streq(state, "approved"))
		must(w, step(w, MANAGER, item, "approve"));
}

/* One letter for each of bank_people, the first of whom is the author: '+' it happens, 'd' denied,
 * 's' not from this state, 'n' no such item, as far as this actor is told. */
static const struct {
	const char *state, *action, *outcome;
} table[] = {
	{"draft", "submit", "++++nnndddddddd"},
	{"draft", "recall", "ssssnnnsssssddd"},
	{"draft", "review", "ssssnnnsssssddd"},
	{"draft", "return", "ssssnnnsssssddd"},
	{"draft", "approve", "ddsdnnnddsdsddd"},
	{"draft", "abandon", "ssssnnndddddddd"},
	{"draft", "drop", "++++nnndddddddd"},
	{"draft", "retire", "dd+dnnndddddddd"},
	{"draft", "restore", "ddsdnnnddsdsddd"},
	{"draft", "revise", "ssssnnnsssssddd"},
	{"submitted", "submit", "ssssnnnsssssddd"},
	{"submitted", "recall", "+dddnnndddddddd"},
	{"submitted", "review", "d+++nnndddddddd"},
	{"submitted", "return", "d+++nnndddddddd"},
	{"submitted", "approve", "ddsdnnnddsdsddd"},
	{"submitted", "abandon", "ssssnnnsssssddd"},
	{"submitted", "drop", "ssssnnnsssssddd"},
	{"submitted", "retire", "dd+dnnndddddddd"},
	{"submitted", "restore", "ddsdnnnddsdsddd"},
	{"submitted", "revise", "ssssnnnsssssddd"},
	{"reviewed", "submit", "ssssnnnsssssddd"},
	{"reviewed", "recall", "ssssnnnsssssddd"},
	{"reviewed", "review", "ssssnnnsssssddd"},
	{"reviewed", "return", "dd+dnnndddddddd"},
	{"reviewed", "approve", "dd+dnnndddddddd"},
	{"reviewed", "abandon", "ssssnnnsssssddd"},
	{"reviewed", "drop", "ssssnnnsssssddd"},
	{"reviewed", "retire", "dd+dnnndddddddd"},
	{"reviewed", "restore", "ddsdnnnddsdsddd"},
	{"reviewed", "revise", "ssssnnnsssssddd"},
	{"approved", "submit", "ssssnnnsssssddd"},
	{"approved", "recall", "ssssnnnsssssddd"},
	{"approved", "review", "ssssnnnsssssddd"},
	{"approved", "return", "ssssnnnsssssddd"},
	{"approved", "approve", "ddsdnnnddsdsddd"},
	{"approved", "abandon", "ssssnnnsssssddd"},
	{"approved", "drop", "ssssnnnsssssddd"},
	{"approved", "retire", "dd+dnnndddddddd"},
	{"approved", "restore", "ddsdnnnddsdsddd"},
	{"approved", "revise", "nnnnnnnnnnnnddd"},
	{"retired", "submit", "ssssnnnsssssddd"},
	{"retired", "recall", "ssssnnnsssssddd"},
	{"retired", "review", "ssssnnnsssssddd"},
	{"retired", "return", "ssssnnnsssssddd"},
	{"retired", "approve", "ddsdnnnddsdsddd"},
	{"retired", "abandon", "ssssnnnsssssddd"},
	{"retired", "drop", "ssssnnnsssssddd"},
	{"retired", "retire", "ddsdnnnddsdsddd"},
	{"retired", "restore", "dd+dnnndddddddd"},
	{"retired", "revise", "ssssnnnsssssddd"},
};

static char letter(int r)
{
	return r >= 0 ? '+' : r == ERR_DENIED ? 'd' : r == ERR_STATE ? 's' : r == ERR_NOTFOUND ? 'n'
		: '?';
}

static const char *outcomes(struct bank_world *w, const char *state, const char *action)
{
	char *text = text_of(w->cx, "%*s", WHO_COUNT, "");
	for (int who = 0; who < WHO_COUNT; who++) {
		int64_t item = draft(w, CLERK_A, text_of(w->cx, "%s%s%d", state, action, who));
		brings(w, item, state);
		text[who] = letter(step(w, (enum who)who, item, action));
		ctx_clear(w->cx);
	}
	return text;
}

static void test_every_step_of_every_role(void **state)
{
	struct bank_world w;
	begin(&w, *state);
	ctx_act_as_system(w.cx, "test");
	must(&w, setting_put(w.cx, "bank.near_permille", "", 0, 1000));
	must(&w, setting_put(w.cx, "bank.near_bits", "", 0, 0));
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		print_message("%s %s\n", table[i].state, table[i].action);
		assert_string_equal(outcomes(&w, table[i].state, table[i].action),
			table[i].outcome);
	}
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(test_every_step_of_every_role)};
	return test_db_run("bank_item", tests);
}
