/* A leaf of the public log as people read it. */
#ifndef LUBAN_WEB_LOG_WORDS_H
#define LUBAN_WEB_LOG_WORDS_H

#include "base/leaf.h"
#include "web/web.h"

const char *log_kind_label(enum leaf_kind kind); /* "颁发证书" */
/* {kind, kind_label, on, on_text, text, pairs [{label, text, is_num}]}; of what is no leaf, the
 * label alone. */
json_t *log_leaf_view(struct req *rq, struct str entry);

#endif
