/* Makes the assets of the binary: embed OUT SOURCE reads SOURCE/tools/embed.list and writes
 *   OUT/assets.S     the bytes, each followed by a NUL
 *   OUT/assets.c     the table of src/conf/asset.h, sorted by path
 *   OUT/packed/N.gz  the packed twin of a static text file
 *   OUT/assets.d     what the above were made from, for the build
 * Runs at build time only; everything it allocates lives until it exits. */
#include <dirent.h>
#include <errno.h>
#include <openssl/sha.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { FILES_MAX = 4096, PATH_BYTES = 1024, WORTH_PACKING = 512 };

struct file {
	char path[PATH_BYTES];   /* in the binary */
	char source[PATH_BYTES]; /* on disk */
	size_t size, packed;     /* packed: 0 when there is no packed twin */
	char etag[20];
};

static struct file files[FILES_MAX];
static size_t files_n;
static const char *out, *source;

__attribute__((format(printf, 1, 2), noreturn)) static void die(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fputs("embed: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}

__attribute__((format(printf, 2, 3)))
static void path_put(char path[PATH_BYTES], const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(path, PATH_BYTES, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= PATH_BYTES)
		die("path too long: %s", path);
	if (strpbrk(path, "\"\\\n"))
		die("a character that paths must not have: %s", path);
}

static FILE *open_out(const char *name)
{
	char path[PATH_BYTES];
	path_put(path, "%s/%s", out, name);
	FILE *f = fopen(path, "wb");
	if (!f)
		die("%s: %s", path, strerror(errno));
	return f;
}

static void close_out(FILE *f)
{
	if (ferror(f) || fclose(f))
		die("cannot write to %s: %s", out, strerror(errno));
}

static void add(const char *path, const char *from)
{
	if (files_n == FILES_MAX)
		die("more than %d files", FILES_MAX);
	struct file *f = &files[files_n++];
	path_put(f->path, "%s", path);
	path_put(f->source, "%s", from);
}

/* Everything below SOURCE/dir; dir ends with a slash. A missing folder has no files. */
static void add_folder(const char *dir)
{
	char path[PATH_BYTES];
	path_put(path, "%s/%s", source, dir);
	DIR *d = opendir(path);
	if (!d)
		return;
	for (struct dirent *e; (e = readdir(d));) {
		char name[PATH_BYTES], from[PATH_BYTES];
		struct stat st;
		if (e->d_name[0] == '.' || e->d_name[strlen(e->d_name) - 1] == '~')
			continue;
		path_put(name, "%s%s", dir, e->d_name);
		path_put(from, "%s/%s", source, name);
		if (stat(from, &st))
			die("%s: %s", from, strerror(errno));
		if (S_ISDIR(st.st_mode)) {
			path_put(name, "%s%s/", dir, e->d_name);
			add_folder(name);
		} else {
			add(name, from);
		}
	}
	closedir(d);
}

static void add_line(char *line)
{
	static const char npm[] = "npm:", arrow[] = " -> ";
	line[strcspn(line, "\r\n")] = 0;
	if (!*line || *line == '#')
		return;
	if (!strncmp(line, npm, sizeof npm - 1)) {
		char *to = strstr(line, arrow), from[PATH_BYTES];
		if (!to)
			die("embed.list: no \"->\" in: %s", line);
		*to = 0;
		path_put(from, "%s/node_modules/%s", source, line + sizeof npm - 1);
		add(to + sizeof arrow - 1, from);
	} else if (line[strlen(line) - 1] == '/') {
		add_folder(line);
	} else {
		char from[PATH_BYTES];
		path_put(from, "%s/%s", source, line);
		add(line, from);
	}
}

static void read_list(void)
{
	char path[PATH_BYTES], line[PATH_BYTES];
	path_put(path, "%s/tools/embed.list", source);
	FILE *f = fopen(path, "r");
	if (!f)
		die("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof line, f))
		add_line(line);
	fclose(f);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static unsigned char *read_file(const char *path, size_t *ret_n)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	if (!f || fstat(fileno(f), &st))
		die("%s: %s%s", path, strerror(errno),
			strstr(path, "/node_modules/") ? " (script/bootstrap brings it)" : "");
	size_t n = (size_t)st.st_size;
	unsigned char *p = malloc(n + 1);
	if (!p || fread(p, 1, n, f) != n)
		die("%s: cannot read %zu bytes", path, n);
	fclose(f);
	*ret_n = n;
	return p;
}

static bool is_text(const char *path)
{
	static const char *const endings[] = {
		".css", ".js", ".mjs", ".svg", ".json", ".txt", ".html", ".xml"};
	const char *dot = strrchr(path, '.');
	for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
		if (!strcmp(dot, endings[i]))
			return true;
	return false;
}

/* Writes OUT/packed/INDEX.gz when that saves a tenth; returns its size or 0. */
static size_t pack(size_t index, unsigned char *p, size_t n)
{
	z_stream z = {.next_in = p, .avail_in = (uInt)n};
	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9,
		Z_DEFAULT_STRATEGY) != Z_OK)
		die("zlib: %s", z.msg ? z.msg : "no memory");
	size_t cap = deflateBound(&z, n);
	unsigned char *packed = malloc(cap);
	z.next_out = packed;
	z.avail_out = (uInt)cap;
	if (!packed || deflate(&z, Z_FINISH) != Z_STREAM_END)
		die("zlib: cannot pack");
	size_t size = z.total_out;
	deflateEnd(&z);
	if (size < n - n / 10) {
		char name[32];
		snprintf(name, sizeof name, "packed/%zu.gz", index);
		FILE *f = open_out(name);
		fwrite(packed, 1, size, f);
		close_out(f);
	} else {
		size = 0;
	}
	free(packed);
	return size;
}

static void measure(size_t index)
{
	struct file *f = &files[index];
	unsigned char *p = read_file(f->source, &f->size);
	if (!strncmp(f->path, "static/", 7)) {
		unsigned char hash[SHA256_DIGEST_LENGTH];
		SHA256(p, f->size, hash);
		for (size_t i = 0; i < 8; i++)
			snprintf(f->etag + 2 * i, 3, "%02x", hash[i]);
		if (f->size >= WORTH_PACKING && is_text(f->path))
			f->packed = pack(index, p, f->size);
	}
	free(p);
}

static void write_label(FILE *f, const char *kind, size_t i)
{
	fprintf(f, "\t.balign 16\n\t.globl asset_%s_%zu\n\t.hidden asset_%s_%zu\n", kind, i, kind,
		i);
	fprintf(f, "asset_%s_%zu:\n", kind, i);
}

static void write_bytes(void)
{
	FILE *f = open_out("assets.S");
	fputs("\t.section .rodata\n", f);
	for (size_t i = 0; i < files_n; i++) {
		write_label(f, "bytes", i);
		fprintf(f, "\t.incbin \"%s\"\n\t.byte 0\n", files[i].source);
		if (!files[i].packed)
			continue;
		write_label(f, "gzip", i);
		fprintf(f, "\t.incbin \"%s/packed/%zu.gz\"\n\t.byte 0\n", out, i);
	}
	fputs("\t.section .note.GNU-stack, \"\", %progbits\n", f);
	close_out(f);
}

static void write_table(void)
{
	FILE *f = open_out("assets.c");
	fputs("/* Made by tools/embed. */\n#include \"conf/asset.h\"\n\n", f);
	fputs("#pragma GCC visibility push(hidden)\n", f);
	for (size_t i = 0; i < files_n; i++)
		fprintf(f, "extern const char asset_bytes_%zu[], asset_gzip_%zu[];\n", i, i);
	fputs("#pragma GCC visibility pop\n", f);
	fputs("\nconst struct asset assets[] = {\n", f);
	for (size_t i = 0; i < files_n; i++) {
		fprintf(f, "\t{\"%s\", {asset_bytes_%zu, %zu}, ", files[i].path, i, files[i].size);
		if (files[i].packed)
			fprintf(f, "{asset_gzip_%zu, %zu}, ", i, files[i].packed);
		else
			fputs("{\"\", 0}, ", f);
		fprintf(f, "\"%s\"},\n", files[i].etag);
	}
	fprintf(f, "\t{0},\n};\nconst size_t assets_n = %zu;\n", files_n);
	close_out(f);
}

static void write_dependencies(void)
{
	FILE *f = open_out("assets.d");
	fprintf(f, "%s/assets.S %s/assets.c:", out, out);
	for (size_t i = 0; i < files_n; i++) {
		fputs(" \\\n  ", f);
		for (const char *c = files[i].source; *c; c++)
			fprintf(f, "%s%c", *c == ' ' ? "\\" : "", *c);
	}
	fputc('\n', f);
	close_out(f);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		die("usage: embed OUT SOURCE");
	out = argv[1];
	source = argv[2];
	char packed[PATH_BYTES];
	path_put(packed, "%s/packed", out);
	if ((mkdir(out, 0777) && errno != EEXIST) || (mkdir(packed, 0777) && errno != EEXIST))
		die("%s: %s", packed, strerror(errno));
	read_list();
	qsort(files, files_n, sizeof *files, by_path);
	for (size_t i = 0; i < files_n; i++) {
		if (i && !strcmp(files[i - 1].path, files[i].path))
			die("twice: %s", files[i].path);
		measure(i);
	}
	write_bytes();
	write_table();
	write_dependencies();
	return 0;
}
