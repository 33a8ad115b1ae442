/* The fields that every lifecycle button sends (templates/part/flow_action.html). */
#include "web/page/page.h"

const struct field step_fields[] = {
	{"action", FIELD_TEXT, "操作", .max = 40, .flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{"reason", FIELD_AREA, "理由", .max = 2000},
	{0},
};
