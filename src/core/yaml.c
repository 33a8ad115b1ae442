/* YAML to a small tree, through libyaml's events. What policies and layouts do not need (anchors,
 * aliases, tags, several documents) is refused, so that no text of a bounded size can become a tree
 * of an unbounded one. */
#include <string.h>
#include <yaml.h>

#include "core/yaml.h"

struct loader {
	struct arena *arena;
	yaml_parser_t parser;
	size_t nodes;
	const char *error;
};

static int bad(struct loader *l, size_t line, const char *what)
{
	if (!l->error)
		l->error = arena_printf(l->arena, "第 %zu 行：%s", line + 1, what);
	return ERR_INVALID;
}

static int next_event(struct loader *l, yaml_event_t *ret_event)
{
	if (yaml_parser_parse(&l->parser, ret_event))
		return 0;
	const char *why = l->parser.problem ? l->parser.problem : "?";
	return bad(l, l->parser.problem_mark.line,
		arena_printf(l->arena, "不是正确的 YAML（%s）", why));
}

static int expect(struct loader *l, yaml_event_type_t type, const char *otherwise)
{
	yaml_event_t event;
	int r = next_event(l, &event);
	if (r)
		return r;
	if (event.type != type)
		r = bad(l, event.start_mark.line, otherwise);
	yaml_event_delete(&event);
	return r;
}

static int load_node(struct loader *l, yaml_event_t *event, int depth, struct node **ret_node);

static int load_scalar(struct loader *l, const yaml_event_t *e, struct node *n)
{
	const char *text = (const char *)e->data.scalar.value;
	size_t size = e->data.scalar.length;
	if (memchr(text, 0, size))
		return bad(l, e->start_mark.line, "文本中有空字符");
	n->kind = NODE_SCALAR;
	n->is_plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	n->text = arena_copy(l->arena, text, size);
	return 0;
}

static int load_child(struct loader *l, yaml_event_type_t end, int depth, struct node **ret_child)
{
	yaml_event_t event;
	int r = next_event(l, &event);
	if (r)
		return r;
	if (event.type == end)
		*ret_child = NULL;
	else
		r = load_node(l, &event, depth, ret_child);
	yaml_event_delete(&event);
	return r;
}

static struct node **append(struct node *parent, struct node **tail, struct node *child)
{
	*tail = child;
	parent->n++;
	return &child->next;
}

static int load_list(struct loader *l, struct node *n, int depth)
{
	struct node **tail = &n->first;
	for (;;) {
		struct node *child;
		int r = load_child(l, YAML_SEQUENCE_END_EVENT, depth + 1, &child);
		if (r || !child)
			return r;
		tail = append(n, tail, child);
	}
}

static int load_map(struct loader *l, struct node *n, int depth)
{
	struct node **tail = &n->first;
	for (;;) {
		struct node *key, *child;
		int r = load_child(l, YAML_MAPPING_END_EVENT, depth + 1, &key);
		if (r || !key)
			return r;
		if (key->kind != NODE_SCALAR)
			return bad(l, (size_t)key->line - 1, "键只能是一个词");
		if (node_get(n, key->text))
			return bad(l, (size_t)key->line - 1,
				arena_printf(l->arena, "键“%s”重复", key->text));
		r = load_child(l, YAML_NO_EVENT, depth + 1, &child);
		if (r)
			return r;
		child->key = key->text;
		tail = append(n, tail, child);
	}
}

static bool has_anchor_or_tag(const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_ALIAS_EVENT:
		return true;
	case YAML_SCALAR_EVENT:
		return e->data.scalar.anchor || e->data.scalar.tag;
	case YAML_SEQUENCE_START_EVENT:
		return e->data.sequence_start.anchor || e->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT:
		return e->data.mapping_start.anchor || e->data.mapping_start.tag;
	default:
		return false;
	}
}

static int load_node(struct loader *l, yaml_event_t *event, int depth, struct node **ret_node)
{
	size_t line = event->start_mark.line;
	if (has_anchor_or_tag(event))
		return bad(l, line, "规则文件不使用锚点（&、*）和标签（!）");
	if (depth > YAML_DEPTH)
		return bad(l, line, arena_printf(l->arena, "嵌套超过 %d 层", YAML_DEPTH));
	if (++l->nodes > YAML_NODES)
		return bad(l, line, arena_printf(l->arena, "内容超过 %d 项", YAML_NODES));
	struct node *n = arena_make(l->arena, struct node);
	n->line = (int)line + 1;
	int r = 0;
	if (event->type == YAML_SCALAR_EVENT) {
		r = load_scalar(l, event, n);
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		n->kind = NODE_LIST;
		r = load_list(l, n, depth);
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		n->kind = NODE_MAP;
		r = load_map(l, n, depth);
	} else {
		r = bad(l, line, "此处缺少内容");
	}
	if (!r)
		*ret_node = n;
	return r;
}

static int load_document(struct loader *l, struct node **ret_root)
{
	int r = expect(l, YAML_STREAM_START_EVENT, "文件是空的");
	if (!r)
		r = expect(l, YAML_DOCUMENT_START_EVENT, "文件是空的");
	if (!r)
		r = load_child(l, YAML_NO_EVENT, 0, ret_root);
	if (!r)
		r = expect(l, YAML_DOCUMENT_END_EVENT, "文件没有正常结束");
	if (!r)
		r = expect(l, YAML_STREAM_END_EVENT, "一个规则文件只能有一个文档");
	return r;
}

int node_read(
	struct arena *a, struct str yaml, const struct node **ret_root, const char **ret_error)
{
	struct loader l = {.arena = a};
	struct node *root = NULL;
	if (yaml.n > YAML_BYTES) {
		*ret_error = arena_printf(a, "第 1 行：规则文件超过 %d KB", YAML_BYTES / 1024);
		return ERR_LIMIT;
	}
	if (!yaml_parser_initialize(&l.parser)) {
		*ret_error = "第 1 行：无法启动 YAML 解析器";
		return ERR_BUG;
	}
	yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		&l.parser, (const unsigned char *)(yaml.p ? yaml.p : ""), yaml.n);
	int r = load_document(&l, &root);
	yaml_parser_delete(&l.parser);
	if (r)
		*ret_error = l.error;
	else
		*ret_root = root;
	return r;
}

const struct node *node_get(const struct node *map, const char *key)
{
	for (const struct node *n = map->first; n; n = n->next)
		if (n->key && strcmp(n->key, key) == 0)
			return n;
	return NULL;
}
