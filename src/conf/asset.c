/* Looking up in the sorted table that tools/embed made. */
#include "conf/asset.h"

#include <string.h>

/* The first asset whose path is not before `path`, comparing at most n bytes. */
static size_t lower_bound(const char *path, size_t n)
{
	size_t lo = 0, hi = assets_n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strncmp(assets[mid].path, path, n) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct asset *asset_find(const char *path)
{
	size_t at = lower_bound(path, strlen(path) + 1);
	return at < assets_n && streq(assets[at].path, path) ? &assets[at] : NULL;
}

const struct asset *asset_range(const char *prefix, size_t *ret_n)
{
	size_t n = strlen(prefix), first = lower_bound(prefix, n), end = first;
	while (end < assets_n && !strncmp(assets[end].path, prefix, n))
		end++;
	*ret_n = end - first;
	return &assets[first];
}
