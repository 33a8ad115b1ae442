/* luban receipt: proves what a candidate handed in, with the receipt he kept. Without a network and
 * without the database, when the public keys are given in a file. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/hex.h"
#include "base/sign.h"
#include "cli/open.h"
#include "domain/exam/receipt.h"
#include "query/signer.h"
#include "query/sitting.h"

extern const struct command cmd_receipt_verify_command;
extern const struct command cmd_receipt_keys_command;

enum { ARENA_MAX = 64 * 1024 * 1024, KEY_FILE_MAX = 64 * 1024 };

struct desk {
	struct arena *arena;
	struct db *db;
	struct ctx cx;
};

static void desk_close(struct desk *d)
{
	db_close(d->db);
	arena_free(d->arena);
}
#define auto_desk __attribute__((cleanup(desk_close))) struct desk

/* Public keys and answers are nothing sealed: no key file is asked for. */
static int open_database(struct desk *d, const struct cli_args *args)
{
	if (d->db)
		return 0;
	int status = cli_need_database(cli_database(args));
	if (status)
		return status;
	if (db_open(cli_database(args), &d->db) < 0) {
		cli_error("%s", db_error(d->db));
		return CLI_FAILURE;
	}
	db_use_arena(d->db, d->arena);
	ctx_init(&d->cx, d->arena, d->db, NULL);
	ctx_act_as_system(&d->cx, "luban receipt");
	return 0;
}

static int read_file(struct arena *a, const char *path, size_t max, struct str *ret_text)
{
	char *text = arena_alloc(a, max + 1);
	FILE *f = fopen(path, "rb");
	if (!f) {
		cli_error("%s：%s", path, strerror(errno));
		return CLI_FAILURE;
	}
	size_t n = fread(text, 1, max + 1, f);
	bool is_bad = ferror(f);
	fclose(f);
	if (is_bad || n > max) {
		cli_error("%s：%s", path, is_bad ? "读取失败" : "文件过大，不是交卷回执");
		return CLI_FAILURE;
	}
	*ret_text = (struct str){text, n};
	return 0;
}

/* Lines "key-id public-key", as `luban receipt keys` prints them. */
static bool key_in_text(struct str text, const char *key_id, uint8_t key[SIGN_PUBLIC_BYTES])
{
	while (text.n) {
		struct str line = str_trim(str_cut(&text, '\n'));
		struct str id = str_cut(&line, ' ');
		if (str_is(id, key_id))
			return hex_read(str_trim(str_cut(&line, ' ')), key, SIGN_PUBLIC_BYTES);
	}
	return false;
}

static int find_key(struct desk *d, const struct cli_args *args, const char *key_id,
	uint8_t key[SIGN_PUBLIC_BYTES], bool *ret_found)
{
	struct q_signer_key_find row;
	struct str text;
	const char *file = cli_text(args, "keys", NULL);
	int status = file ? read_file(d->arena, file, KEY_FILE_MAX, &text)
		: open_database(d, args);
	if (status)
		return status;
	if (file) {
		*ret_found = key_in_text(text, key_id, key);
		return 0;
	}
	int r = q_signer_key_find(d->db, &row, .key_id = key_id);
	if (r < 0 && r != ERR_NOTFOUND)
		return cli_fail(&d->cx, ctx_pass(&d->cx, r));
	*ret_found = r == 0 && hex_read(str_of(row.public_key), key, SIGN_PUBLIC_BYTES);
	return 0;
}

static void print_receipt(const struct receipt *r, struct arena *a)
{
	printf("考试　　%s\n考生　　%s\n准考证　%s\n方式　　%s\n时间　　%s\n已答　　%" PRId64
	       " 题\n摘要　　%s\n签名密钥 %s\n",
		r->exam_title, r->name, r->ticket_no,
		streq(r->how, "handed_in") ? "考生交卷" : "到时或强制收卷",
		civil_time_text(a, r->ended_at), r->n_answered, r->answers_hash, r->key_id);
}

static int say_no(const char *why)
{
	printf("不成立：%s\n", why);
	return CLI_NO;
}

static const struct receipt_item *item_of(const struct receipt_item *items, size_t n, int64_t no)
{
	for (size_t i = 0; i < n; i++)
		if (items[i].item_no == no)
			return &items[i];
	return NULL;
}

static int compare(const struct receipt *r, const struct receipt_answers *a)
{
	int differ = 0;
	for (size_t i = 0; i < r->n_items; i++) {
		const struct receipt_item *own = item_of(a->items, a->n, r->items[i].item_no);
		if (own && own->seq == r->items[i].seq && streq(own->hash, r->items[i].hash))
			continue;
		printf("第 %" PRId64 " 题：数据库中的作答与回执不同\n", r->items[i].item_no);
		differ++;
	}
	for (size_t i = 0; i < a->n; i++)
		if (!item_of(r->items, r->n_items, a->items[i].item_no)) {
			printf("第 %" PRId64 " 题：回执中没有作答，数据库中有\n",
				a->items[i].item_no);
			differ++;
		}
	return differ;
}

static int check_answers(struct desk *d, const struct cli_args *args, const struct receipt *r)
{
	struct q_sitting_by_receipt_rows rows;
	struct receipt_answers answers;
	int status = open_database(d, args);
	if (status)
		return status;
	int err = q_sitting_by_receipt(d->db, &rows, .receipt_code = r->code);
	if (err < 0)
		return cli_fail(&d->cx, ctx_pass(&d->cx, err));
	if (!rows.n)
		return say_no("数据库中没有这份回执对应的应试");
	err = receipt_answers(&d->cx, rows.at[0].person_id, rows.at[0].id, &answers);
	if (err < 0)
		return cli_fail(&d->cx, err);
	if (compare(r, &answers) || !streq(answers.hash, r->answers_hash))
		return say_no("数据库中的作答与回执不一致");
	printf("一致：数据库中的 %zu 题作答与回执相同\n", answers.n);
	return CLI_OK;
}

static int verify(int argc, char **argv)
{
	struct cli_args args;
	struct receipt r;
	struct str text;
	uint8_t key[SIGN_PUBLIC_BYTES];
	bool found = false;
	int status = cli_parse(&cmd_receipt_verify_command, argc, argv, &args);
	if (status)
		return status;
	auto_desk d = {.arena = arena_new(ARENA_MAX)};
	if ((status = read_file(d.arena, args.operands[0], RECEIPT_MAX, &text)))
		return status;
	if (receipt_read(d.arena, text, &r) < 0)
		return say_no("文件不是交卷回执，或者内容残缺");
	if (!*r.signature)
		return say_no("回执没有签名");
	if ((status = find_key(&d, &args, r.key_id, key, &found)))
		return status;
	if (!found)
		return say_no("没有签发这份回执的公钥");
	if (!receipt_holds(text, &r, key))
		return say_no("签名与内容不符，回执被改动过");
	print_receipt(&r, d.arena);
	printf("成立：签名有效，内容未被改动\n");
	return cli_has(&args, "answers") ? check_answers(&d, &args, &r) : CLI_OK;
}

static int print_keys(int argc, char **argv)
{
	struct cli_args args;
	struct q_signer_keys_rows rows;
	int status = cli_parse(&cmd_receipt_keys_command, argc, argv, &args);
	auto_desk d = {.arena = arena_new(ARENA_MAX)};
	if (status || (status = open_database(&d, &args)))
		return status;
	int r = q_signer_keys(d.db, &rows);
	if (r < 0)
		return cli_fail(&d.cx, ctx_pass(&d.cx, r));
	for (size_t i = 0; i < rows.n; i++)
		printf("%s %s %s %s\n", rows.at[i].key_id, rows.at[i].public_key,
			rows.at[i].key_use, civil_time_text(d.arena, rows.at[i].created_at));
	if (!rows.n)
		fputs("luban: 还没有公钥：luban serve或luban worker第一次启动时登记\n", stderr);
	return rows.n ? CLI_OK : CLI_NO;
}

static const struct cli_option verify_options[] = {
	CLI_DATABASE,
	{"keys", "FILE", "公钥文件（luban receipt keys的输出）；缺省从数据库取公钥"},
	{"answers", NULL, "再与数据库中的作答逐题比对"},
	{0},
};

const struct command cmd_receipt_verify_command = {
	.name = "receipt verify",
	.usage = "FILE [--keys FILE] [--answers]",
	.summary = "核验交卷回执：签名是否有效，内容是否被改动",
	.help = "成立退出0，不成立退出1。带--keys时不需要数据库和网络。",
	.options = verify_options,
	.least = 1, .most = 1,
	.run = verify,
};

static const struct cli_option keys_options[] = {
	CLI_DATABASE,
	{0},
};

const struct command cmd_receipt_keys_command = {
	.name = "receipt keys",
	.usage = "",
	.summary = "列出签名公钥：编号、公钥、用途、启用时间",
	.help = "输出可存为文件，供luban receipt verify --keys使用。没有公钥时退出1。",
	.options = keys_options,
	.run = print_keys,
};
