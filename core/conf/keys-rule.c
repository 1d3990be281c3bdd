/* SPDX-License-Identifier: MIT */
/* The settings of a rule: docs/rules.md shows them at work. */
#include "conf/keys.h"

#define SECOND 1000000
#define DAY (86400 * (int64_t)SECOND)
#define LONGEST (3660 * DAY)

#define KEY(id, ...) static const tocsin_key id = {.size = sizeof(tocsin_key), __VA_ARGS__}

KEY(name, .type = TOCSIN_KEY_STRING, .name = "name", .flags = TOCSIN_KEY_REQUIRED,
    .help = "What the rule is called, in lists, logs and the mails' headers.");
KEY(on, .type = TOCSIN_KEY_LIST, .name = "on", .flags = TOCSIN_KEY_REQUIRED, .minimum = 1,
    .maximum = 1000, .help = "Which events: \"TRIGGER.KIND\", with * and ? as in file names.");
KEY(where, .type = TOCSIN_KEY_STRING, .name = "where",
    .help = "An expression over the event's fields; only events of which it holds matter.");
KEY(group_by, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "group_by",
    .help = "Fields by whose values events are kept apart, such as [ \"ip\" ].");

KEY(count, .type = TOCSIN_KEY_INT, .name = "count", .flags = TOCSIN_KEY_REQUIRED, .minimum = 1,
    .maximum = 10000, .help = "How many events it takes; beside states: problems in a row.");
KEY(within, .type = TOCSIN_KEY_DURATION, .maximum = LONGEST, .name = "within",
    .help = "In which time.");
KEY(distinct, .type = TOCSIN_KEY_STRING, .name = "distinct",
    .help = "Count different values of this field instead of events.");
KEY(below, .type = TOCSIN_KEY_INT, .name = "below", .minimum = 0, .maximum = 9999,
    .help = "It is over when no more than so many are left.");
KEY(below_within, .type = TOCSIN_KEY_DURATION, .maximum = LONGEST, .name = "below_within",
    .help = "In which time; as within if not given.");

static const tocsin_key *const threshold_keys[] = {
        &count, &within, &distinct, &below, &below_within, NULL,
};
KEY(threshold, .type = TOCSIN_KEY_GROUP, .name = "threshold", .keys = threshold_keys,
    .help = "Tell when so many events came in some time.");

KEY(start, .type = TOCSIN_KEY_STRING, .name = "start", .flags = TOCSIN_KEY_REQUIRED,
    .help = "An expression that holds for the event that begins something.");
KEY(end, .type = TOCSIN_KEY_STRING, .name = "end", .flags = TOCSIN_KEY_REQUIRED,
    .help = "An expression that holds for the event that ends it.");

static const tocsin_key *const pair_keys[] = {&start, &end, &within, NULL};
KEY(pair, .type = TOCSIN_KEY_GROUP, .name = "pair", .keys = pair_keys,
    .help = "Tell when the end of something does not follow its start in time.");
KEY(absence, .type = TOCSIN_KEY_DURATION, .maximum = LONGEST, .name = "absence",
    .help = "Tell when no event came for so long.");

KEY(steps, .type = TOCSIN_KEY_LIST, .name = "steps", .flags = TOCSIN_KEY_REQUIRED, .minimum = 2,
    .maximum = 16, .help = "Expressions; each has to hold for an event.");
KEY(any_order, .type = TOCSIN_KEY_BOOL, .name = "any_order", .fallback = "false",
    .help = "Whether the steps may come in any order.");

static const tocsin_key *const sequence_keys[] = {&steps, &within, &any_order, NULL};
KEY(sequence, .type = TOCSIN_KEY_GROUP, .name = "sequence", .keys = sequence_keys,
    .help = "Tell when events came one after the other.");

KEY(field, .type = TOCSIN_KEY_STRING, .name = "field",
    .help = "The field that holds the status, instead of the event's own.");
KEY(problem, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "problem",
    .help = "Its values that mean trouble.");
KEY(ok, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "ok",
    .help = "Its values that mean that all is well.");
KEY(ignore, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "ignore",
    .help = "Its values that say nothing; as all others do.");
KEY(flapping, .type = TOCSIN_KEY_INT, .name = "flapping", .fallback = "30", .minimum = 0,
    .maximum = 100,
    .help = "Percent of changes in the last 20 statuses above which it flaps; 0: never.");
KEY(settled, .type = TOCSIN_KEY_INT, .name = "settled", .fallback = "25", .minimum = 0,
    .maximum = 100, .help = "Percent of changes below which flapping is over.");
KEY(quiet, .type = TOCSIN_KEY_DURATION, .maximum = LONGEST, .name = "quiet", .fallback = "1h",
    .help = "Flapping is also over when no status came for so long.");

static const tocsin_key *const states_keys[] = {
        &field, &problem, &ok, &ignore, &flapping, &settled, &quiet, NULL,
};
KEY(states, .type = TOCSIN_KEY_GROUP, .name = "states", .keys = states_keys,
    .help = "Follow whether each key is in trouble or well.");

KEY(wait, .type = TOCSIN_KEY_DURATION, .maximum = LONGEST, .name = "wait", .fallback = "0",
    .help = "How long to gather before the first mail.");
KEY(interval, .type = TOCSIN_KEY_DURATION, .maximum = LONGEST, .name = "interval", .fallback = "5m",
    .help = "The least time between two mails of a group.");
KEY(repeat, .type = TOCSIN_KEY_DURATION, .maximum = LONGEST, .name = "repeat",
    .help = "After which time the same is told again.");
KEY(repeat_backoff, .type = TOCSIN_KEY_INT, .name = "repeat_backoff", .fallback = "1", .minimum = 1,
    .maximum = 100, .help = "Each repeat comes after so many times the time of the last.");
KEY(repeat_longest, .type = TOCSIN_KEY_DURATION, .maximum = LONGEST, .name = "repeat_longest",
    .help = "But after no more than this.");
KEY(repeat_times, .type = TOCSIN_KEY_INT, .name = "repeat_times", .fallback = "0", .minimum = 0,
    .maximum = 1000, .help = "How many repeats there are; 0: without end.");
KEY(resolved, .type = TOCSIN_KEY_BOOL, .name = "resolved", .fallback = "true",
    .help = "Whether the end of a problem is told.");
KEY(late, .type = TOCSIN_KEY_DURATION, .maximum = LONGEST, .name = "late", .fallback = "10s",
    .help = "How far events may come out of their order and still count in their window.");
KEY(limit, .type = TOCSIN_KEY_STRING, .name = "limit", .fallback = "60/h",
    .help = "How many mails the rule may send, such as \"20/h\", or \"none\".");
KEY(digest, .type = TOCSIN_KEY_STRING, .name = "digest",
    .help = "A calendar such as \"Mon..Fri 08:00\": tell only then, all that was gathered.");
KEY(catch_up, .type = TOCSIN_KEY_DURATION, .maximum = LONGEST, .name = "catch_up",
    .fallback = "10s",
    .help = "Events from before the start are told together when none came for so long.");
KEY(samples, .type = TOCSIN_KEY_INT, .name = "samples", .fallback = "10", .minimum = 0,
    .maximum = 1000, .help = "How many of the gathered events a mail can show.");
KEY(zone, .type = TOCSIN_KEY_STRING, .name = "zone",
    .help = "The time zone of the rule's calendars and mails, such as \"Europe/Berlin\"; "
            "the local one.");

static const char *const after_choices[] = {"tell", "count", NULL};

KEY(from, .type = TOCSIN_KEY_STRING, .name = "from",
    .help = "A calendar: when it begins; without it, it is always so.");
KEY(lasts, .type = TOCSIN_KEY_DURATION, .maximum = LONGEST, .name = "for",
    .help = "How long it lasts.");
KEY(then, .type = TOCSIN_KEY_STRING, .name = "then", .fallback = "tell", .choices = after_choices,
    .help = "What becomes of what came meanwhile: tell it at the end, or count it in "
            "the next mail.");
KEY(comment, .type = TOCSIN_KEY_STRING, .name = "comment", .help = "Why; for the decision log.");

const tocsin_key *const tocsin_conf_mute_keys[] = {&from, &lasts, &where, &then, &comment, NULL};
KEY(mutes, .type = TOCSIN_KEY_GROUPS, .name = "mutes", .minimum = 0, .maximum = 1000,
    .keys = tocsin_conf_mute_keys, .help = "Times in which no mail is sent.");

KEY(source, .type = TOCSIN_KEY_STRING, .name = "rule", .flags = TOCSIN_KEY_REQUIRED,
    .help = "The other rule.");
KEY(equal, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "equal",
    .help = "Fields that have to have the same values.");

static const tocsin_key *const inhibit_keys[] = {&source, &equal, NULL};
KEY(inhibit, .type = TOCSIN_KEY_GROUPS, .name = "inhibit", .minimum = 0, .maximum = 1000,
    .keys = inhibit_keys, .help = "Say nothing while another rule has a problem.");

KEY(to, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "to",
    .help = "Addresses, \"field:NAME\" or \"map:MAP:FIELD\".");
KEY(cc, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "cc", .help = "As to, for Cc.");
KEY(bcc, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "bcc", .help = "As to, for Bcc.");
KEY(after, .type = TOCSIN_KEY_DURATION, .name = "after", .flags = TOCSIN_KEY_REQUIRED,
    .minimum = SECOND, .maximum = LONGEST, .help = "How long the problem has lasted.");

static const tocsin_key *const escalate_keys[] = {&after, &to, &cc, &bcc, NULL};
KEY(escalate, .type = TOCSIN_KEY_GROUPS, .name = "escalate", .minimum = 0, .maximum = 1000,
    .keys = escalate_keys,
    .help = "Who else is told of a problem that lasts, in the order of after.");

KEY(entries, .type = TOCSIN_KEY_LIST, .name = "entries", .flags = TOCSIN_KEY_REQUIRED, .minimum = 1,
    .maximum = 1000,
    .help = "\"VALUE: ADDRESS, ADDRESS\"; the value * is for all that have no other.");

KEY(map_name, .type = TOCSIN_KEY_STRING, .name = "name", .flags = TOCSIN_KEY_REQUIRED,
    .help = "What recipients call the table: \"map:NAME:FIELD\".");

static const tocsin_key *const map_keys[] = {&map_name, &entries, NULL};
KEY(maps, .type = TOCSIN_KEY_GROUPS, .name = "maps", .minimum = 0, .maximum = 1000,
    .keys = map_keys, .help = "Tables of values and the addresses that stand for them.");
KEY(allow, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "allow",
    .help = "Only these get mail: addresses, domains, or \".domain\" with all below it.");
KEY(deny, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "deny", .help = "These get none.");
KEY(via, .type = TOCSIN_KEY_LIST, .name = "via", .minimum = 1, .maximum = 16,
    .help = "The accounts to send through, in order of preference.");
KEY(template_name, .type = TOCSIN_KEY_STRING, .name = "template",
    .help = "The template of the mails; by the trigger: log-alert or file-alert.");
KEY(template_resolved, .type = TOCSIN_KEY_STRING, .name = "template_resolved",
    .fallback = "resolved", .help = "The template for the end of a problem.");
KEY(template_digest, .type = TOCSIN_KEY_STRING, .name = "template_digest", .fallback = "digest",
    .help = "The template for digests.");
KEY(author, .type = TOCSIN_KEY_STRING, .name = "from",
    .help = "The author of the mails, instead of the account's.");
KEY(headers, .type = TOCSIN_KEY_LIST, .maximum = 64, .name = "headers",
    .help = "Further headers of the mails: \"Name: value\".");
KEY(attachments, .type = TOCSIN_KEY_SIZE, .name = "attachment_limit", .fallback = "10M",
    .minimum = 1, .maximum = 1 << 30,
    .help = "How large all attachments of a mail may be together; others are named.");
KEY(expire, .type = TOCSIN_KEY_DURATION, .maximum = LONGEST, .name = "expire", .fallback = "5d",
    .help = "How long delivery of a mail is tried; 0: without end.");

const tocsin_key *const tocsin_conf_rule_keys[] = {
        &name,
        &on,
        &where,
        &group_by,
        &threshold,
        &pair,
        &absence,
        &sequence,
        &states,
        &wait,
        &interval,
        &repeat,
        &repeat_backoff,
        &repeat_longest,
        &repeat_times,
        &resolved,
        &late,
        &limit,
        &digest,
        &catch_up,
        &samples,
        &zone,
        &mutes,
        &inhibit,
        &escalate,
        &to,
        &cc,
        &bcc,
        &maps,
        &allow,
        &deny,
        &via,
        &template_name,
        &template_resolved,
        &template_digest,
        &author,
        &headers,
        &attachments,
        &expire,
        NULL,
};
