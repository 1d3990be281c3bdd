# SPDX-License-Identifier: MIT
"""What the differential test renders: the data, the templates that others name, filters, expressions, documents."""

DATA = {
    "name": "disk full",
    "host": "db-1.example.org",
    "empty": "",
    "n": 7,
    "zero": 0,
    "neg": -13,
    "pi": 3.14159,
    "big": 1234567890123,
    "yes": True,
    "no": False,
    "nothing": None,
    "html": "<b>\"x\" & 'y'</b>",
    "text": "The quick brown fox jumps\nover the lazy dog, and on.\n\nend",
    "uni": "Grüße, Ωmega ß",
    "list": [3, 1, 2],
    "words": ["beta", "Alpha", "gamma", "alpha"],
    "nested": [[1, 2], [3], []],
    "none_list": [],
    "map": {"b": 2, "a": 1, "c": 3},
    "user": {"name": "Ann", "age": 41, "tags": ["x", "y"]},
    "users": [
        {"name": "Bob", "age": 30, "city": "Bonn"},
        {"name": "ann", "age": 25, "city": "Aachen"},
        {"name": "Carl", "age": 30, "city": "bonn"},
    ],
}
TEMPLATES = {
    "base": ("<{% block title %}base{% endblock %}>\n{% block body %}\nbody of base\n{% endblock %}"
        "\n{% block end %}{% endblock %}"),
    "middle": "{% extends 'base' %}{% block body %}[{{ super() }}]{% endblock %}",
    "part": "part of {{ name }} {{ n }}\n",
    "local": "{{ item|default('none') }};",
    "macros": "{% macro field(a, b='-') %}{{ a }}={{ b }}{% endmacro %}{% set version = 3 %}",
    "bad": "{{ not_there }}",
}

# Operands and operators: each is tried with each.
ATOMS = [
    "n", "zero", "neg", "pi", "name", "list", "map", "yes", "nothing", "missing", "'a'", "2", "2.5", "[1, 2]",
]
OPERATORS = [
    "+", "-", "*", "/", "//", "%", "==", "!=", "<", ">=", "in", "and", "or", "~",
]
RIGHT = [
    "2", "3.5", "'x'", "neg", "zero", "missing",
]

# Values and what each goes through.
VALUES = [
    "name", "empty", "n", "neg", "pi", "yes", "nothing", "html", "text", "uni", "list", "words", "map",
    "missing", "none_list", "users", "user", "'12'", "'3.7'", "big", "'<i>'|safe",
]
FILTERS = [
    "wordwrap(10)", "wordwrap(6, false)", "wordwrap(9, wrapstring='|')", "wordwrap(5, break_on_hyphens=false)",
    "wordwrap(8, true, '<br>'|safe)", "striptags", "urlize",
    "upper", "lower", "title", "capitalize", "trim", "length", "count", "first|string", "last|string", "list",
    "string", "escape", "e", "forceescape", "safe", "urlencode", "wordcount", "center(20)", "indent",
    "indent(2, true)", "indent(3, blank=true)", "indent('>>')", "replace('a', 'X')", "replace('a', '<', 1)",
    "default('d')", "default('d', true)", "d", "join", "join(', ')", "reverse|list", "slice(2)|list",
    "batch(2)|list", "batch(2, 'f')|list", "slice(3, 0)|list", "map('upper')|list", "select|list",
    "reject|list", "select('string')|list", "map('string')|join('-')", "items|list", "sort",
    "sort(reverse=true)", "unique|list", "max|string", "min|string", "abs", "round", "round(1)",
    "round(2, 'floor')", "int", "int(5)", "float", "sum", "filesizeformat", "filesizeformat(true)", "tojson",
    "tojson(2)", "truncate(9)", "truncate(9, true)", "truncate(9, leeway=0)", "truncate(5, false, '!', 0)",
    "dictsort",
]
STRINGS = [
    "name", "empty", "html", "text", "uni", "missing", "'12'", "'3.7'", "'<i>'|safe",
]

TESTED = [
    "name", "n", "neg", "pi", "yes", "nothing", "list", "map", "missing", "'ABC'", "'a1'",
]
TESTS = [
    "defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "true", "false",
    "sequence", "mapping", "even", "odd", "divisibleby 3", "divisibleby(2)", "in [7, 1]", "upper", "lower",
    "escaped", "eq 7", "ne 7", "gt 3", "lt 3", "ge 7", "le 7", "sameas none", "not defined", "not none",
]

EXPRESSIONS = [
    "'a well-known e-mail--with dashes -- and http://long.example.org/path-to/some-thing x'|wordwrap(12)",
    "'averyveryverylongword-with-hyphens and  more   spaces'|wordwrap(7)", "'  lead and trail  '|wordwrap(4)",
    "'   '|wordwrap(2)", "'a\\n\\nb c d'|wordwrap(3)", "'x'|wordwrap(0)", "'Ωμέγα ßtraße-weg überall'|wordwrap(6)",
    "'ab  cdefghij'|wordwrap(4)", "'---- -a- --b a--b'|wordwrap(3)", "'1-2-3 a1-b2 ab-cd-ef'|wordwrap(4)",
    "'ab cdefghij'|wordwrap(3)", "'ab  cdefghij'|wordwrap(4, false)",
    "'<p>a <b>b</b><!-- <c> -->  d &amp; &lt;e&gt; &#65;&#x42; &quot;</p>'|striptags", "'a < b'|striptags",
    "'<!-- open <i>x</i>'|striptags", "('<i>'|safe ~ '&')|striptags", "'a&nbsp;b&copy;&hellip;&nope;'|striptags",
    "'see http://example.org/a?b=1&c=2, or (www.example.com).'|urlize", "'mail a@b.example or mailto:x@y.org!'|urlize",
    "'https://x.example.org/(a) <http://h.example/>'|urlize(10, true, '_blank')", "'example.com foo.bar x@y'|urlize",
    "'http://1.2.3.4:80/x https://[::1]/ ftp://h.org tel:1'|urlize(rel='a b', extra_schemes=['ftp://', 'tel:'])",
    "'(http://a.org/b_(c)) http://a.org). javascript:alert(1)'|urlize", "'http://a.org'|safe|urlize",
    "'http://a.org/\"onclick=x'|urlize", "'a  b\\t\\nc'|urlize",
    "2**3**2", "-2**2", "-n", "1 < n < 9", "1 < n > 9", "n if yes else zero", "n if no", "'a' 'b'", "(1,)",
    "(1, 2)", "()", "[]", "{}", "{'a': [1, {'b': none}]}", "1, 2", "list[0]", "list[-1]", "list[9]",
    "list[1:]", "list[::-1]", "name[1:4]", "name[-3:]", "name[::2]", "map.b", "map['b']", "map.zz",
    "map.zz.y", "user.tags[1]", "users[0].name", "users.0.name", "not n", "not not n", "n in list or yes",
    "'disk' in name", "'z' not in name", "7 in 7", "name.upper()", "name.startswith('d')", "name.split(' ')",
    "name.split()", "'a,b'.split(',')", "map.items()|list", "map.keys()|list", "map.values()|list",
    "map.get('b')", "map.get('q', 5)", "range(3)|list", "range(5, 0, -2)|list", "range(1,4)|join",
    "dict(a=1, b='c')", "1e3", "1.0", "0.1 + 0.2", "1e16", "1e15", "1e-5", "0.0001", "123456789.123",
    "5 // 2", "-5 // 2", "-5 % 3", "5.5 // 2", "-5.5 % 2", "2 ** -1", "7 / 2", "6 / 3", "1 / 0", "1 % 0",
    "'%s-%03d' % ('a', 7)", "'%s' % name", "'%5.2f|%-5s|' | format(pi, 'x')",
    "'%x %o %e' | format(255, 8, 1.5)", "'ab' * 3", "3 * 'ab'", "[1] * 2", "[1] + [2]", "'a' + 1",
    "'\\n\\t\\\\'|e", "'\\x41\\u00e4'", "true", "None", "1_000", "0x1f", "uni|length", "uni[1]", "uni|upper",
    "uni|lower", "none ~ 1 ~ true ~ 1.5", "[none, true, 1.0, 'x\\'y', \"a\\\"b'\"]",
    "missing is defined and missing.x", "missing.x is defined", "map.zz is defined", "map.zz|default('q')",
    "(missing)|default('z')", "users|map(attribute='name')|join(',')",
    "users|selectattr('age', 'gt', 26)|map(attribute='name')|list",
    "users|rejectattr('city', 'equalto', 'bonn')|map(attribute='name')|list",
    "users|map(attribute='zip', default='-')|list", "users|join(', ', attribute='name')",
    "{'class': 'a b', 'id': none, 'x': '<'}|xmlattr", "{'a b': 1, 'c': '&'}|urlencode", "html ~ '<'",
    "html|safe ~ '<'", "(html|safe) + '<'", "[html|safe, '<']|join(', ')", "html|replace('x', '<'|safe)",
    "nope()", "name()", "name|nofilter", "name is notest", "1 +", "(1", "name.", "a b", "'unclosed", "x | ",
    "[1, 2", "{{", "name|upper('x')", "cycler('a', 'b').next()", "n|string|length", "n|e",
    "list|first + list|last", "'a' < 'b'", "[1, 2] < [1, 3]", "1 == 1.0", "true == 1", "'1' == 1",
    "nested|map('length')|list", "map|dictsort(by='value', reverse=true)",
    "users|groupby('city')|map('first')|list",
    "users|groupby('age')|map(attribute='list')|map('length')|list",
    "users|sort(attribute='age,name')|map(attribute='name')|list", "users|sum(attribute='age')",
    "users|max(attribute='age')", "users|unique(attribute='age')|map(attribute='name')|list",
    "'ff'|int(0, 16)", "'0b11'|int(0, 2)", "words|sort(case_sensitive=true)", "words|unique(true)|list",
    "1500|filesizeformat", "2.5|round", "3.5|round", "-2.5|round|int", "1234.5678|round(2)",
    "nested|map('join', '+')|list", "words|select('in', ['beta'])|list", "'x' if missing is defined else 'y'",
]

DOCUMENTS = [
    "{% if n > 5 %}\n  big\n{% elif n %}\n  small\n{% else %}\n  none\n{% endif %}\nend\n",
    ("{% for x in list %}\n- {{ loop.index }}/{{ loop.length }} {{ x }}{% if not loop.last %},{% endif %}"
     "\n\n{% else %}\nnothing\n{% endfor %}"),
    "{% for x in none_list %}x{% else %}nothing{% endfor %}",
    "{% for k, v in map.items() %}{{ k }}={{ v }};{% endfor %}",
    ("{% for x in list if x > 1 %}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}"
     "{{ x }} {% endfor %}"),
    "{% for x in list %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x > 1) }}{% endfor %}",
    ("{% for x in list %}{{ loop.previtem|default('-') }}{{ x }}{{ loop.nextitem|default('-') }}"
     " {% endfor %}"),
    "{% for a in nested %}{% for b in a %}{{ loop.index }}{{ b }}{% endfor %}{{ loop.index }}|{% endfor %}",
    "{% for x in users recursive %}{{ x.name }}{% endfor %}",
    ("{% for x in [[1, [2]], [3]] recursive %}{% if x is iterable %}({{ loop(x) }}{{ loop.depth }}"
     "){% else %}{{ x }}{% endif %}{% endfor %}"),
    "{% set a = 1 %}{% for x in list %}{% set a = x %}{% endfor %}{{ a }}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a, b = list %}{{ a }}",
    ("{% set ns = namespace(found=false) %}{% for x in list %}{% if x == 2 %}{% set ns.found = x %}"
     "{% endif %}{% endfor %}{{ ns.found }}"),
    "{% set x %}\n<b>{{ name }}</b>\n{% endset %}{{ x }}|{{ x|length }}",
    "{% set x | upper %}a{{ name }}{% endset %}{{ x }}",
    ("{% macro f(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }}{{ varargs }}{% endmacro %}{{ f(1) }} {{ f(1, c=3) }}"
     " {{ f(1, 2, 3) }}"),
    "{% macro f(a) %}{{ a }}{% endmacro %}{{ f() }}", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(b=1) }}",
    "{% macro f() %}{{ html }}{% endmacro %}{{ f() }}{{ f()|upper }}",
    "{% macro f(x) %}[{{ caller(x) }}]{% endmacro %}{% call(y) f(3) %}<{{ y }}{{ name }}>{% endcall %}",
    "{% macro r(k) %}{{ k }}{% if k > 0 %}{{ r(k - 1) }}{% endif %}{% endmacro %}{{ r(5) }}",
    "{% extends 'base' %}",
    "{% extends 'base' %}{% block title %}mine {{ name }}{% endblock %} ignored {{ missing }}",
    "{% extends 'middle' %}{% block body %}({{ super() }}){% endblock %}",
    "{% extends 'base' %}{% set q = 4 %}{% block end %}{{ q }}{% endblock %}", "{% extends 'no such' %}",
    "before {% extends 'base' %} after", "{% block a %}x{% endblock a %}{% block b %}{{ n }}{% endblock %}",
    "{% for x in list %}{% block c scoped %}{{ x }}{% endblock %}{% endfor %}",
    "{% for x in list %}{% block c %}{{ x }}{% endblock %}{% endfor %}", "{% include 'part' %}!",
    "{% include 'nope' %}", "{% include 'nope' ignore missing %}ok", "{% include ['nope', 'part'] %}",
    "{% for item in list %}{% include 'local' %}{% endfor %}",
    "{% for item in list %}{% include 'local' without context %}{% endfor %}", "{% include 'bad' %}",
    "{% import 'macros' as m %}{{ m.field(1) }}{{ m.version }}",
    "{% from 'macros' import field as f, version %}{{ f('a', 'b') }}{{ version }}",
    "{% from 'macros' import nope %}{{ nope() }}", "{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}",
    "{% with %}{% set z = 1 %}{{ z }}{% endwith %}{{ z is defined }}",
    "{% filter upper %}abc {{ name }}{% endfilter %}", "{% filter replace('a', 'b')|upper %}a{% endfilter %}",
    "{% autoescape false %}{{ html }}{% endautoescape %}{{ html }}",
    "{% autoescape true %}{{ html }}{% endautoescape %}", "a{# comment #}b\n{# alone #}\nc",
    "{% raw %}{{ x }} {% if %}{% endraw %}!", "{% raw -%}  \n a {%- endraw %} b",
    "  {%- if n %}  x  {%- endif -%}  y", "  {%+ if n %}x{% endif +%}\ny",
    "a\n  {% if n %}\n  b\n  {% endif %}\n  c", "a {{- n -}} b", "a\r\nb\rc\n\n", "\n", "", "\n\nx\n\n",
    "{{ n }}\n", "  {# c #}  \nx", "x {# c -#}\n  y", "x  {#- c #}\ny", "{% if n %}a", "{% endif %}",
    "{% for x %}", "{% unknown %}", "{% if %}", "{{ }}", "{% for x in 5 %}{% endfor %}", "{% set 1 = 2 %}",
    "{% block a %}{% endblock %}{% block a %}{% endblock %}", "{% if missing %}x{% endif %}",
    "{% for x in missing %}x{% endfor %}", "{% set x = missing %}ok", "{% set x = missing %}{{ x }}",
    "{{ missing.foo }}", "{% if missing is defined %}a{% else %}b{% endif %}", "{{ '{{' }}",
    "{{ {'a': {'b': 1}}['a']['b'] }}", "{{ {'a': 1}}}",
    "{% set j = joiner('; ') %}{% for x in list %}{{ j() }}{{ x }}{% endfor %}",
]
