/* Names of persons: one spelling of what is typed in several ways, and whether two are the same
 * name. The interval dot 间隔号 within a minority's or a foreigner's name is U+00B7 (GB/T 15834,
 * 0xA1A4 of GB 18030), for which keyboards offer a dozen look-alikes. Letters are never changed for
 * others: traditional and variant characters are other names. */
#ifndef LUBAN_BASE_NAME_H
#define LUBAN_BASE_NAME_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* As it is kept: without white space around it and between Chinese characters, other gaps one
 * blank, full-width letters narrow, interval dots U+00B7. */
const char *name_normal(struct arena *a, struct str s);
/* Same in that spelling; large and small Latin letters are the same. */
bool name_same(struct str a, struct str b);

#endif
