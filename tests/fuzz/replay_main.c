/* Runs a fuzzer's function over the folders of its kept corpus: so that what was once found is
 * tried by every run of the unit tests, with any compiler. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	enum { LARGEST = 1 << 20 };
	FILE *f = fopen(path, "rb");
	if (!f) {
		perror(path);
		return 1;
	}
	/* Of exactly the file's size, so that a sanitizer sees one byte too many. */
	uint8_t *all = malloc(LARGEST);
	size_t n = fread(all, 1, LARGEST, f);
	uint8_t *data = realloc(all, n ? n : 1);
	fclose(f);
	LLVMFuzzerTestOneInput(data, n);
	free(data);
	return 0;
}

static int replay_folder(const char *path, int *count)
{
	struct dirent *entry;
	int failed = 0;
	DIR *dir = opendir(path);
	if (!dir) {
		perror(path);
		return 1;
	}
	while ((entry = readdir(dir))) {
		auto_buf name;
		if (entry->d_name[0] == '.')
			continue;
		buf_init(&name, 4096);
		buf_printf(&name, "%s/%s", path, entry->d_name);
		failed |= replay_file(buf_z(&name));
		++*count;
	}
	closedir(dir);
	return failed;
}

int main(int argc, char **argv)
{
	int failed = 0, count = 0;
	for (int i = 1; i < argc; i++)
		failed |= replay_folder(argv[i], &count);
	if (!failed && !count) {
		fprintf(stderr, "there is no corpus to try\n");
		return 1;
	}
	printf("%d inputs\n", count);
	return failed;
}
