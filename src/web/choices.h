/* Lists that forms offer to choose from, in the request's arena; each ends with {0}. Codes of
 * things kept in tables are their ids. */
#ifndef LUBAN_WEB_CHOICES_H
#define LUBAN_WEB_CHOICES_H

#include "web/web.h"

extern const struct choice body_kind_choices[]; /* enterprise 用人单位 … */
extern const struct choice grade_choices[];     /* 5 … 1 */
extern const struct choice part_choices[];      /* 1 theory, 2 skill, 4 review */
/* the code itself when unknown */
const char *choice_label(const struct choice *choices, const char *code);

/* Regions under a code ("" is all), a county indented below its city; deepest: 2 cities only, 3
 * counties too. */
const struct choice *choices_regions(struct req *rq, const char *under, int64_t deepest);
const struct choice *choices_occupations(struct req *rq);
/* 0: of all occupations, named with it */
const struct choice *choices_work_types(struct req *rq, int64_t occupation_id);
const struct choice *choices_projects(struct req *rq);
/* 民族 by their codes of GB/T 3304 */
const struct choice *choices_nations(struct req *rq);
/* "威海市"; the code itself when unknown. */
const char *region_label(struct ctx *cx, const char *code);

/* The end of a prefix as a half-open range for text columns: "3710" gives "3711"; "" for "". */
const char *prefix_end(struct ctx *cx, const char *prefix);
/* The same for the filters region and own_level of a list: with own_level, what lies below the
 * region is left out. */
const char *region_filter_end(struct req *rq);
/* The one county that a list is about, by its filter or by who asks; "" when there is none: it has
 * an index of its own. */
const char *county_of(struct req *rq, const char *region);
#define OWN_LEVEL_FIELD {"own_level", FIELD_BOOL, "只看本级，不含所辖地区"}
/* "%text%" with the wildcards of LIKE taken out of text; "" for blank. */
const char *like_any(struct ctx *cx, const char *text);
/* "text%" likewise. */
const char *like_start(struct ctx *cx, const char *text);

#endif
