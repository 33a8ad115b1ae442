/* luban cert: certificates that prove themselves, without a network and without the database. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/civil.h"
#include "base/credential_compact.h"
#include "base/credential_pdf.h"
#include "cli/cert.h"
#include "cli/cli.h"
#include "core/credential_text.h"
#include "domain/standard/grade.h"

extern const struct command cmd_cert_verify_command;

enum { ARENA_MAX = 2 * CREDENTIAL_PDF_MAX, LONG_ARENA_MAX = 256 * 1024 * 1024 };

struct desk {
	struct arena *arena;   /* of the whole run */
	struct arena *scratch; /* of one file */
	struct trust trust;
	struct status status;
	struct credential_verifier verifier;
	bool is_json, is_brief;
	size_t n, n_good, n_unread;
};

static void desk_close(struct desk *d)
{
	arena_free(d->scratch);
	arena_free(d->arena);
}
#define auto_desk __attribute__((cleanup(desk_close))) struct desk

static int load_status(struct desk *d, const char *path)
{
	if (!path)
		return 0;
	d->verifier.status = &d->status;
	return cert_load_status(path, &d->trust, d->arena, &d->status);
}

static const char *text_of_field(struct desk *d, const struct credential *c, const char *name)
{
	return arena_str(d->scratch, credential_text(c, name));
}

static json_t *fields_json(struct desk *d, const struct credential *c)
{
	json_t *fields = json_object();
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++)
		json_object_set_new(fields, credential_names[i],
			json_string(arena_str(d->scratch, c->fields[i])));
	return fields;
}

static json_t *json_of(struct desk *d, const char *path, const struct credential *c,
	const struct credential_report *r, const struct credential_words *words)
{
	json_t *lines = json_array();
	for (size_t i = 0; i < words->n; i++)
		json_array_append_new(lines, json_pack("{ss,ss,ss}", "question",
			words->lines[i].code, "answer",
			credential_sense_code(words->lines[i].sense), "text",
			words->lines[i].text));
	return json_pack("{ss,sb,ss,so,so,ss,sI,sI,sI,ss,so}", "file", path, "holds", r->holds,
		"verdict", words->verdict, "fields", fields_json(d, c), "idno",
		c->has_idno ? json_string(arena_str(d->scratch, c->idno)) : json_null(), "origin",
		arena_str(d->scratch, c->origin), "index", (json_int_t)r->index, "size",
		(json_int_t)r->head.size, "version", (json_int_t)r->version, "state",
		credential_state_code(r->state), "findings", lines);
}

static void print_json(json_t *value)
{
	json_dumpf(value, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(value);
}

static void print_text(struct desk *d, const char *path, const struct credential *c,
	const struct credential_words *words)
{
	int64_t grade = 0;
	const char *work_type = text_of_field(d, c, "work_type_name");
	if (d->is_brief) {
		printf("%s  %s  %s  %s\n", path, text_of_field(d, c, "number"),
			text_of_field(d, c, "name"), words->verdict);
		return;
	}
	(void)str_to_i64(credential_text(c, "grade"), &grade);
	printf("%s\n证书　　%s　%s（%s）\n　　　　%s%s%s%s　%s\n颁发　　%s（%s），%s\n",
		words->verdict, text_of_field(d, c, "number"), text_of_field(d, c, "name"),
		c->has_idno ? arena_str(d->scratch, c->idno) : text_of_field(d, c, "idno_mask"),
		text_of_field(d, c, "occupation_name"), *work_type ? "（" : "", work_type,
		*work_type ? "）" : "", grade_label(grade), text_of_field(d, c, "body_name"),
		text_of_field(d, c, "body_code"), text_of_field(d, c, "issued_on"));
	for (size_t i = 0; i < words->n; i++)
		printf("%s　%s\n", credential_sense_label(words->lines[i].sense),
			words->lines[i].text);
}

static void say_malformed(struct desk *d, const char *path, const char *why)
{
	if (d->is_json)
		print_json(json_pack("{ss,sb,ss}", "file", path, "holds", 0, "verdict", why));
	else if (d->is_brief)
		printf("%s  %s\n", path, why);
	else
		puts(why);
}

/* Only a PDF may be longer than a credential. */
static int read_file(struct desk *d, const char *path, struct str *ret_file)
{
	int r = cert_read(path, d->scratch, CREDENTIAL_PDF_MAX, ret_file);
	return r == 0 && ret_file->n > CREDENTIAL_MAX && !pdf_is(*ret_file) ? -EFBIG : r;
}

static void verify_file(struct desk *d, const char *path)
{
	struct str file;
	struct credential c;
	struct credential_report report;
	struct credential_words words;
	arena_reset(d->scratch);
	d->n++;
	int r = read_file(d, path, &file);
	if (r < 0) {
		d->n_unread++;
		cert_unread(path, r);
		return;
	}
	if (pdf_is(file) && credential_in_pdf(d->scratch, file, &file) < 0) {
		say_malformed(d, path, "不成立：PDF中没有证书凭证，可能是打印或另存时丢失的");
		return;
	}
	if (credential_read(d->scratch, file, &c) < 0) {
		say_malformed(d, path, "不成立：文件不是证书凭证，或者内容残缺");
		return;
	}
	credential_verify(&d->verifier, &c, &report);
	d->n_good += report.holds;
	credential_words(d->scratch, &d->trust, &c, &report, &words);
	if (d->is_json)
		print_json(json_of(d, path, &c, &report, &words));
	else
		print_text(d, path, &c, &words);
}

/* The files of a folder that are called like credentials, by name. */
static void verify_folder(struct desk *d, const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);
	if (n < 0) {
		d->n_unread++;
		cert_unread(path, -errno);
		return;
	}
	for (int i = 0; i < n; i++) {
		struct str name = str_of(names[i]->d_name);
		char full[4096];
		snprintf(full, sizeof full, "%s/%s", path, names[i]->d_name);
		if (str_ends(name, ".luban.json") || str_ends(name, ".luban") ||
			str_ends(name, ".pdf"))
			verify_file(d, full);
		free(names[i]);
	}
	free(names);
}

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int verify(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_cert_verify_command, argc, argv, &args);
	if (status)
		return status;
	if (!cli_has(&args, "trust"))
		return cli_misuse(&cmd_cert_verify_command,
			"请用--trust给出信任文件：信任谁的签名");
	auto_desk d = {.arena = arena_new(LONG_ARENA_MAX), .scratch = arena_new(ARENA_MAX),
		.is_json = cli_has(&args, "json"),
		.is_brief = args.n > 1 || is_folder(args.operands[0])};
	d.verifier.trust = &d.trust;
	if ((status = cert_load_trust(cli_text(&args, "trust", ""), d.arena, &d.trust)) ||
		(status = load_status(&d, cli_text(&args, "status", NULL))))
		return status;
	for (int i = 0; i < args.n; i++) {
		if (is_folder(args.operands[i]))
			verify_folder(&d, args.operands[i]);
		else
			verify_file(&d, args.operands[i]);
	}
	if (d.is_brief && !d.is_json)
		printf("共%zu个文件，成立%zu个，不成立%zu个，读不出%zu个\n", d.n, d.n_good,
			d.n - d.n_good - d.n_unread, d.n_unread);
	if (d.n_unread)
		return CLI_FAILURE;
	return d.n == d.n_good && d.n ? CLI_OK : CLI_NO;
}

static const struct cli_option verify_options[] = {
	{"trust", "FILE", "信任文件：日志、见证人、签发者的公钥，一行一个（服务器的在/log/keys）"},
	{"status", "FILE", "状态快照：查是否暂停、撤销或更正（服务器的在/log/status）"},
	CLI_JSON,
	{0},
};

const struct command cmd_cert_verify_command = {
	.name = "cert verify",
	.usage = "FILE|DIR… --trust FILE [--status FILE] [--json]",
	.summary = "离线核验证书凭证：证明了什么，没有证明什么",
	.help = "FILE是证书凭证（*.luban.json）、附有凭证的证书PDF、其紧凑形式（二进制）或二维码中"
		"的文字"
		"（LUBAN1:…）；DIR是存放它们的文件夹。不用网络，不用数据库。\n\n"
		"信任文件须从可靠的途径事先取得，不能与凭证来自同一人。全部成立退出0，有一个不成立"
			"退出1，"
		"信任文件或快照本身不可用退出2。多个文件时每个一行；--json每个文件一行JSON。",
	.options = verify_options,
	.least = 1, .most = -1,
	.run = verify,
};
