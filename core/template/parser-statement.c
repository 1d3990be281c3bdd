/* SPDX-License-Identifier: MIT */
/* Tags: what each expects between {% and %}, and where its body ends. */
#include <string.h>

#include "base/text.h"
#include "template/parser.h"

typedef TocsinNode *(*ReadStatement)(TocsinParser *self, TocsinNode *node);

static gboolean
expect_tag_end(TocsinParser *self)
{
	if (tocsin_parser_token(self)->kind != TOCSIN_TOKEN_TAG_END) {
		tocsin_parser_fail_expected(self, "'%}'");
		return FALSE;
	}
	tocsin_parser_skip(self);
	return TRUE;
}

static TocsinNode *read_body(TocsinParser *self, const char *const *ends);

/* "%}", the body, and the end tag's name, after which the caller stands. */
static TocsinNode *
read_body_of(TocsinParser *self, const char *const *ends)
{
	return expect_tag_end(self) ? read_body(self, ends) : NULL;
}

/* The body up to "{% @end %}", all of which is skipped. */
static TocsinNode *
read_whole_body(TocsinParser *self, const char *end)
{
	const char *const ends[] = {end, NULL};
	g_autoptr(TocsinNode) body = read_body_of(self, ends);

	if (body == NULL || !tocsin_parser_skip_name(self, end)) {
		return NULL;
	}
	return g_steal_pointer(&body);
}

/* A name, or several in a tuple, to which something is assigned. */
static TocsinNode *
read_target(TocsinParser *self)
{
	g_autoptr(TocsinNode) tuple = NULL;
	const TocsinToken *token = tocsin_parser_token(self);

	for (;;) {
		g_autoptr(TocsinNode) target = NULL;

		if (tocsin_parser_skip_operator(self, '(')) {
			target = tocsin_parser_enter(self) ? read_target(self) : NULL;
			if (target == NULL || !tocsin_parser_expect_operator(self, ')')) {
				return NULL;
			}
			tocsin_parser_leave(self);
		} else {
			target = tocsin_parser_node(self, TOCSIN_NODE_NAME,
			                            tocsin_parser_token(self));
			target->name = g_strdup(tocsin_parser_expect_name(self, "a name"));
			if (target->name == NULL) {
				return NULL;
			}
		}
		if (tuple == NULL && !tocsin_parser_is_operator(self, ',')) {
			return g_steal_pointer(&target);
		}
		if (tuple == NULL) {
			tuple = tocsin_parser_node(self, TOCSIN_NODE_TUPLE, token);
		}
		tocsin_node_add(tuple, g_steal_pointer(&target));
		if (!tocsin_parser_skip_operator(self, ',') ||
		    (tocsin_parser_token(self)->kind != TOCSIN_TOKEN_NAME &&
		     !tocsin_parser_is_operator(self, '('))) {
			return tocsin_parser_finish(self, g_steal_pointer(&tuple));
		}
	}
}

static TocsinNode *
read_if(TocsinParser *self, TocsinNode *node)
{
	static const char *const ends[] = {"elif", "else", "endif", NULL};

	for (;;) {
		TocsinNode *test = tocsin_parser_read_tuple(self, FALSE);
		TocsinNode *body;

		if (test == NULL) {
			return NULL;
		}
		tocsin_node_add(node, test);
		body = read_body_of(self, ends);
		if (body == NULL) {
			return NULL;
		}
		tocsin_node_add(node, body);
		if (tocsin_parser_skip_name(self, "elif")) {
			continue;
		}
		if (tocsin_parser_skip_name(self, "endif")) {
			return node;
		}
		tocsin_parser_skip(self);
		node->c = read_whole_body(self, "endif");
		return node->c != NULL ? node : NULL;
	}
}

static TocsinNode *
read_for(TocsinParser *self, TocsinNode *node)
{
	static const char *const ends[] = {"else", "endfor", NULL};
	TocsinNode *body;

	node->a = read_target(self);
	if (node->a == NULL) {
		return NULL;
	}
	if (!tocsin_parser_skip_name(self, "in")) {
		return tocsin_parser_fail_expected(self, "'in'");
	}
	node->b = tocsin_parser_read_tuple(self, FALSE);
	if (node->b == NULL) {
		return NULL;
	}
	if (tocsin_parser_skip_name(self, "if")) {
		node->c = tocsin_parser_read_expression(self);
		if (node->c == NULL) {
			return NULL;
		}
	}
	node->is_optional = tocsin_parser_skip_name(self, "recursive");
	body = read_body_of(self, ends);
	if (body == NULL) {
		return NULL;
	}
	tocsin_node_add(node, body);
	if (tocsin_parser_skip_name(self, "endfor")) {
		return node;
	}
	tocsin_parser_skip(self);
	body = read_whole_body(self, "endfor");
	tocsin_node_add(node, body);
	return body != NULL ? node : NULL;
}

static TocsinNode *
read_set(TocsinParser *self, TocsinNode *node)
{
	node->a = read_target(self);
	if (node->a == NULL) {
		return NULL;
	}
	if (node->a->kind == TOCSIN_NODE_NAME && tocsin_parser_skip_operator(self, '.')) {
		TocsinNode *member =
		        tocsin_parser_node(self, TOCSIN_NODE_ATTRIBUTE, tocsin_parser_token(self));

		member->a = node->a;
		node->a = member;
		member->name = g_strdup(tocsin_parser_expect_name(self, "a member's name"));
		if (member->name == NULL) {
			return NULL;
		}
	}
	if (tocsin_parser_skip_operator(self, '=')) {
		node->b = tocsin_parser_read_tuple(self, TRUE);
		return node->b != NULL ? node : NULL;
	}
	node->kind = TOCSIN_NODE_SET_BLOCK;
	if (tocsin_parser_is_operator(self, '|')) {
		node->c = tocsin_parser_read_filters(self, NULL, FALSE);
		if (node->c == NULL) {
			return NULL;
		}
	}
	node->b = read_whole_body(self, "endset");
	return node->b != NULL ? node : NULL;
}

static TocsinNode *
read_block(TocsinParser *self, TocsinNode *node)
{
	const TocsinToken *token = tocsin_parser_token(self);

	node->name = g_strdup(tocsin_parser_expect_name(self, "the block's name"));
	if (node->name == NULL) {
		return NULL;
	}
	if (g_hash_table_contains(self->blocks, node->name)) {
		return tocsin_parser_fail(self, token, "block '%s' is defined twice", node->name);
	}
	for (;;) {
		if (tocsin_parser_skip_name(self, "scoped")) {
			node->has_context = TRUE;
		} else if (tocsin_parser_skip_name(self, "required")) {
			node->is_negated = TRUE;
		} else {
			break;
		}
	}
	g_hash_table_insert(self->blocks, node->name, node);
	node->a = read_whole_body(self, "endblock");
	if (node->a == NULL) {
		return NULL;
	}
	if (tocsin_parser_token(self)->kind == TOCSIN_TOKEN_NAME &&
	    !tocsin_parser_skip_name(self, node->name)) {
		return tocsin_parser_fail_expected(self, node->name);
	}
	return node;
}

static TocsinNode *
read_extends(TocsinParser *self, TocsinNode *node)
{
	node->a = tocsin_parser_read_expression(self);
	return node->a != NULL ? node : NULL;
}

static gboolean
is_next_name(const TocsinParser *self, const char *name)
{
	const TocsinToken *next = tocsin_parser_next_token(self);

	return next->kind == TOCSIN_TOKEN_NAME && strcmp(next->text, name) == 0;
}

static void
read_context(TocsinParser *self, TocsinNode *node)
{
	gboolean is_with = tocsin_parser_is_name(self, "with");

	if ((is_with || tocsin_parser_is_name(self, "without")) && is_next_name(self, "context")) {
		node->has_context = is_with;
		tocsin_parser_skip(self);
		tocsin_parser_skip(self);
	}
}

static TocsinNode *
read_include(TocsinParser *self, TocsinNode *node)
{
	node->has_context = TRUE;
	node->a = tocsin_parser_read_expression(self);
	if (node->a == NULL) {
		return NULL;
	}
	if (tocsin_parser_is_name(self, "ignore") && is_next_name(self, "missing")) {
		node->is_optional = TRUE;
		tocsin_parser_skip(self);
		tocsin_parser_skip(self);
	}
	read_context(self, node);
	return node;
}

static TocsinNode *
read_import(TocsinParser *self, TocsinNode *node)
{
	node->a = tocsin_parser_read_expression(self);
	if (node->a == NULL) {
		return NULL;
	}
	if (!tocsin_parser_skip_name(self, "as")) {
		return tocsin_parser_fail_expected(self, "'as'");
	}
	node->name = g_strdup(tocsin_parser_expect_name(self, "a name"));
	read_context(self, node);
	return node->name != NULL ? node : NULL;
}

static TocsinNode *
read_from(TocsinParser *self, TocsinNode *node)
{
	node->a = tocsin_parser_read_expression(self);
	if (node->a == NULL) {
		return NULL;
	}
	if (!tocsin_parser_skip_name(self, "import")) {
		return tocsin_parser_fail_expected(self, "'import'");
	}
	do {
		TocsinNode *name =
		        tocsin_parser_node(self, TOCSIN_NODE_NAME, tocsin_parser_token(self));
		const char *text = tocsin_parser_expect_name(self, "a name");

		tocsin_node_add(node, name);
		name->name = g_strdup(text);
		if (text != NULL && tocsin_parser_skip_name(self, "as")) {
			text = tocsin_parser_expect_name(self, "a name");
		}
		if (text == NULL) {
			return NULL;
		}
		name->value = tocsin_datum_new_string(text, -1);
		read_context(self, node);
	} while (tocsin_parser_skip_operator(self, ','));
	return node;
}

/* "(a, b=1)" */
static gboolean
read_parameters(TocsinParser *self, TocsinNode *node)
{
	if (!tocsin_parser_expect_operator(self, '(')) {
		return FALSE;
	}
	while (!tocsin_parser_is_operator(self, ')')) {
		TocsinNode *parameter =
		        tocsin_parser_node(self, TOCSIN_NODE_PARAMETER, tocsin_parser_token(self));

		tocsin_node_add(node, parameter);
		parameter->name = g_strdup(tocsin_parser_expect_name(self, "a parameter's name"));
		if (parameter->name == NULL) {
			return FALSE;
		}
		if (tocsin_parser_skip_operator(self, '=')) {
			parameter->a = tocsin_parser_read_expression(self);
			if (parameter->a == NULL) {
				return FALSE;
			}
		}
		if (!tocsin_parser_is_operator(self, ')') &&
		    !tocsin_parser_expect_operator(self, ',')) {
			return FALSE;
		}
	}
	tocsin_parser_skip(self);
	return TRUE;
}

static TocsinNode *
read_macro(TocsinParser *self, TocsinNode *node)
{
	node->name = g_strdup(tocsin_parser_expect_name(self, "the macro's name"));
	if (node->name == NULL || !read_parameters(self, node)) {
		return NULL;
	}
	node->a = read_whole_body(self, "endmacro");
	return node->a != NULL ? node : NULL;
}

static TocsinNode *
read_call(TocsinParser *self, TocsinNode *node)
{
	if (tocsin_parser_is_operator(self, '(') && !read_parameters(self, node)) {
		return NULL;
	}
	node->a = tocsin_parser_read_expression(self);
	if (node->a == NULL) {
		return NULL;
	}
	if (node->a->kind != TOCSIN_NODE_CALL) {
		return tocsin_parser_fail_expected(self, "a call");
	}
	node->b = read_whole_body(self, "endcall");
	return node->b != NULL ? node : NULL;
}

static TocsinNode *
read_filter(TocsinParser *self, TocsinNode *node)
{
	node->a = tocsin_parser_read_filters(self, NULL, TRUE);
	node->b = node->a != NULL ? read_whole_body(self, "endfilter") : NULL;
	return node->b != NULL ? node : NULL;
}

static TocsinNode *
read_with(TocsinParser *self, TocsinNode *node)
{
	while (tocsin_parser_token(self)->kind == TOCSIN_TOKEN_NAME) {
		TocsinNode *set =
		        tocsin_parser_node(self, TOCSIN_NODE_SET, tocsin_parser_token(self));

		tocsin_node_add(node, set);
		set->a = tocsin_parser_node(self, TOCSIN_NODE_NAME, tocsin_parser_token(self));
		set->a->name = g_strdup(tocsin_parser_skip(self)->text);
		if (!tocsin_parser_expect_operator(self, '=')) {
			return NULL;
		}
		set->b = tocsin_parser_read_expression(self);
		if (set->b == NULL) {
			return NULL;
		}
		if (!tocsin_parser_skip_operator(self, ',')) {
			break;
		}
	}
	node->a = read_whole_body(self, "endwith");
	return node->a != NULL ? node : NULL;
}

static TocsinNode *
read_autoescape(TocsinParser *self, TocsinNode *node)
{
	node->a = tocsin_parser_read_expression(self);
	node->b = node->a != NULL ? read_whole_body(self, "endautoescape") : NULL;
	return node->b != NULL ? node : NULL;
}

static const struct {
	const char *name;
	TocsinNodeKind kind;
	ReadStatement read;
} statements[] = {
        {"autoescape", TOCSIN_NODE_AUTOESCAPE, read_autoescape},
        {"block", TOCSIN_NODE_BLOCK, read_block},
        {"call", TOCSIN_NODE_CALL_BLOCK, read_call},
        {"extends", TOCSIN_NODE_EXTENDS, read_extends},
        {"filter", TOCSIN_NODE_FILTER_BLOCK, read_filter},
        {"for", TOCSIN_NODE_FOR, read_for},
        {"from", TOCSIN_NODE_FROM, read_from},
        {"if", TOCSIN_NODE_IF, read_if},
        {"import", TOCSIN_NODE_IMPORT, read_import},
        {"include", TOCSIN_NODE_INCLUDE, read_include},
        {"macro", TOCSIN_NODE_MACRO, read_macro},
        {"set", TOCSIN_NODE_SET, read_set},
        {"with", TOCSIN_NODE_WITH, read_with},
};

static gpointer
fail_unknown(TocsinParser *self, const TocsinToken *token, const char *const *ends)
{
	const char *names[G_N_ELEMENTS(statements) + 1] = {NULL};
	g_autofree char *wanted = ends[0] != NULL ? g_strjoinv("' or '", (char **)ends) : NULL;
	const char *nearest;

	for (guint i = 0; i < G_N_ELEMENTS(statements); i++) {
		names[i] = statements[i].name;
	}
	nearest = tocsin_text_nearest(token->text, names);
	if (wanted != NULL) {
		return tocsin_parser_fail(self, token, "unknown tag '%s': expected '%s'",
		                          token->text, wanted);
	}
	return tocsin_parser_fail(self, token, "unknown tag '%s'%s%s%s", token->text,
	                          nearest != NULL ? ": did you mean '" : "",
	                          nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

/* @self stands behind "{%". */
static TocsinNode *
read_statement(TocsinParser *self, const char *const *ends)
{
	const TocsinToken *token = tocsin_parser_token(self);
	TocsinNode *node;

	if (tocsin_parser_expect_name(self, "a tag's name") == NULL) {
		return NULL;
	}
	for (guint i = 0; i < G_N_ELEMENTS(statements); i++) {
		if (strcmp(statements[i].name, token->text) != 0) {
			continue;
		}
		node = tocsin_parser_node(self, statements[i].kind, token);
		if (statements[i].read(self, node) == NULL || !expect_tag_end(self)) {
			if (node->kind == TOCSIN_NODE_BLOCK && node->name != NULL &&
			    g_hash_table_lookup(self->blocks, node->name) == node) {
				g_hash_table_remove(self->blocks, node->name);
			}
			tocsin_node_free(node);
			return NULL;
		}
		return tocsin_parser_finish(self, node);
	}
	return fail_unknown(self, token, ends);
}

static TocsinNode *
read_output(TocsinParser *self)
{
	g_autoptr(TocsinNode) node =
	        tocsin_parser_node(self, TOCSIN_NODE_OUTPUT, tocsin_parser_skip(self));

	node->a = tocsin_parser_read_tuple(self, TRUE);
	if (node->a == NULL) {
		return NULL;
	}
	if (tocsin_parser_token(self)->kind != TOCSIN_TOKEN_OUTPUT_END) {
		return tocsin_parser_fail_expected(self, "'}}'");
	}
	tocsin_parser_skip(self);
	return tocsin_parser_finish(self, g_steal_pointer(&node));
}

static gboolean
is_one_of(const char *const *names, const TocsinToken *token)
{
	return token->kind == TOCSIN_TOKEN_NAME && g_strv_contains(names, token->text);
}

static TocsinNode *
read_one(TocsinParser *self, const char *const *ends)
{
	const TocsinToken *token = tocsin_parser_token(self);
	TocsinNode *node;

	if (token->kind == TOCSIN_TOKEN_DATA) {
		node = tocsin_parser_node(self, TOCSIN_NODE_DATA, tocsin_parser_skip(self));
		node->value = tocsin_datum_ref(token->value);
		return node;
	}
	if (token->kind == TOCSIN_TOKEN_OUTPUT_BEGIN) {
		return read_output(self);
	}
	tocsin_parser_skip(self);
	if (!tocsin_parser_enter(self)) {
		return NULL;
	}
	node = read_statement(self, ends);
	tocsin_parser_leave(self);
	return node;
}

/* Statements up to one of the @ends, at whose name the parser then stands. */
static TocsinNode *
read_body(TocsinParser *self, const char *const *ends)
{
	g_autoptr(TocsinNode) body =
	        tocsin_parser_node(self, TOCSIN_NODE_BODY, tocsin_parser_token(self));

	for (;;) {
		const TocsinToken *token = tocsin_parser_token(self);
		TocsinNode *node;

		if (token->kind == TOCSIN_TOKEN_END) {
			g_autofree char *wanted = g_strjoinv(" or ", (char **)ends);

			return ends[0] == NULL ? tocsin_parser_finish(self, g_steal_pointer(&body))
			                       : tocsin_parser_fail_expected(self, wanted);
		}
		if (token->kind == TOCSIN_TOKEN_TAG_BEGIN &&
		    is_one_of(ends, tocsin_parser_next_token(self))) {
			tocsin_parser_skip(self);
			return tocsin_parser_finish(self, g_steal_pointer(&body));
		}
		node = read_one(self, ends);
		if (node == NULL) {
			return NULL;
		}
		tocsin_node_add(body, node);
	}
}

TocsinNode *
tocsin_parser_read_template(TocsinParser *self)
{
	static const char *const none[] = {NULL};

	return read_body(self, none);
}
