//! Every kind of change, one per case: the edit of the base schema, and the rows that `diff` must print.

/// One change and its rows.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// Edits of the base that make the old schema: the replaced text, and its replacement.
    pub(crate) old: &'static [(&'static str, &'static str)],
    /// Edits of the base that make the new schema.
    pub(crate) new: &'static [(&'static str, &'static str)],
    pub(crate) rows: &'static [Row],
}

/// Kind, path and effect. The effect is `""`, `"code"`, `"values"`, or `"code values"`.
pub(crate) type Row = (&'static str, &'static str, &'static str);

/// The base schema with some edits.
pub(crate) fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(include_str!("base.yaml").to_owned(), |yaml, (from, to)| {
        assert_eq!(yaml.matches(from).count(), 1, "`{from}` occurs once in the base");
        yaml.replacen(from, to, 1)
    })
}

const fn case(
    name: &'static str,
    new: &'static [(&'static str, &'static str)],
    rows: &'static [Row],
) -> Case {
    Case { name, old: &[], new, rows }
}

const DEAL_SIZE: &str = "  - { apiName: deal_size, type: NUMBER }\n";
const EMAIL: &str = "  - { apiName: email, type: EMAIL }\n";
const CITY: &str = "  - { apiName: city, type: DROPDOWN, options: [Pune, Mumbai] }\n";
const OPTION: &str = "{ id: o_2, label: Cold Call }";
const QUOTE: &str = "  - code: ACTION_1002\n    displayName: Quote Sent\n    fieldSchema: { total: { type: MONEY } }\n    allowPredatedActivity: { enabled: true }\n";
const SITE_VISIT: &str = "  - code: ACTION_1001\n    displayName: Site Visit\n";
const PHONE: &str = "  - { id: f_1, apiName: phone, type: PHONE, isLeadid: true }\n";
const REMARK: &str = "type: TEXT, maxLength: 200 }";

pub(crate) const CASES: &[Case] = &[
    case("nothing", &[], &[]),
    case("a comment is changed", &[("# The schema", "# A schema")], &[]),
    case("an id appears", &[("{ apiName: city,", "{ id: f_5, apiName: city,")], &[]),
    // Fields.
    case(
        "a field is added",
        &[(EMAIL, "  - { apiName: email, type: EMAIL }\n  - { apiName: site, type: WEBSITE }\n")],
        &[("added", "fields.site", "")],
    ),
    case(
        "a field is removed",
        &[(DEAL_SIZE, "")],
        &[("removed", "fields.deal_size", "code values")],
    ),
    case(
        "a number becomes money",
        &[("type: NUMBER", "type: MONEY")],
        &[("retyped", "fields.deal_size", "code values")],
    ),
    case(
        "a dropdown becomes tags",
        &[("city, type: DROPDOWN", "city, type: TAGS")],
        &[("retyped", "fields.city", "code values")],
    ),
    case(
        "a dropdown becomes a text",
        &[("city, type: DROPDOWN, options: [Pune, Mumbai]", "city, type: TEXT")],
        &[("retyped", "fields.city", "code")],
    ),
    case(
        "the identifier is of another type",
        &[("phone, type: PHONE", "phone, type: TEXT")],
        &[("retyped", "fields.phone", "code")],
    ),
    case(
        "another field identifies leads",
        &[(", isLeadid: true", ""), ("email, type: EMAIL", "email, type: EMAIL, isLeadid: true")],
        &[("identifier", "enterprise.leadIdentifierFieldId", "code values")],
    ),
    Case {
        name: "another field of the same type identifies leads",
        old: &[(EMAIL, "  - { apiName: mobile, type: PHONE }\n")],
        new: &[
            (", isLeadid: true", ""),
            (EMAIL, "  - { apiName: mobile, type: PHONE, isLeadid: true }\n"),
        ],
        rows: &[("identifier", "enterprise.leadIdentifierFieldId", "code values")],
    },
    case(
        "a field has another API name",
        &[("id: f_2, apiName: name", "id: f_2, apiName: full_name")],
        &[("relabelled", "fields.full_name", "code values")],
    ),
    case(
        "a field has another API name and keeps its name in Rust",
        &[
            ("id: f_2, apiName: name", "id: f_2, apiName: full_name"),
            ("fields: {}", "fields: { full_name: name }"),
        ],
        &[("relabelled", "fields.full_name", "values")],
    ),
    case(
        "a field is renamed in Rust",
        &[("fields: {}", "fields: { deal_size: size }")],
        &[("renamed", "fields.deal_size", "code")],
    ),
    case(
        "a field that is inserted takes the name of another",
        &[(
            DEAL_SIZE,
            "  - { apiName: Deal Size, type: NUMBER }\n  - { apiName: deal_size, type: NUMBER }\n",
        )],
        &[("renamed", "fields.deal_size", "code"), ("added", "fields.Deal Size", "")],
    ),
    case(
        "a field of another spelling replaces one",
        &[("apiName: deal_size", "apiName: Deal Size")],
        &[("removed", "fields.deal_size", "code values"), ("added", "fields.Deal Size", "")],
    ),
    case(
        "fields change places",
        &[
            (PHONE, ""),
            (
                EMAIL,
                "  - { apiName: email, type: EMAIL }\n  - { id: f_1, apiName: phone, type: PHONE, isLeadid: true }\n",
            ),
        ],
        &[("reordered", "fields", "")],
    ),
    case(
        "a field is described",
        &[("deal_size, type: NUMBER", "deal_size, type: NUMBER, description: In rupees")],
        &[("described", "fields.deal_size", "")],
    ),
    case(
        "a field is locked",
        &[("deal_size, type: NUMBER", "deal_size, type: NUMBER, lockAfterCreate: true")],
        &[("locked", "fields.deal_size", "values")],
    ),
    case(
        "the identifier is locked",
        &[("isLeadid: true", "isLeadid: true, lockAfterCreate: true")],
        &[("locked", "fields.phone", "")],
    ),
    Case {
        name: "a field is unlocked",
        old: &[("deal_size, type: NUMBER", "deal_size, type: NUMBER, lockAfterCreate: true")],
        new: &[],
        rows: &[("unlocked", "fields.deal_size", "")],
    },
    case(
        "a text is limited",
        &[("apiName: name, type: TEXT", "apiName: name, type: TEXT, minLength: 2")],
        &[("limited", "fields.name", "code values")],
    ),
    case(
        "a limit is shorter",
        &[("maxLength: 200", "maxLength: 100")],
        &[("limited", "fields.remark", "code values")],
    ),
    case(
        "a limit is longer",
        &[("maxLength: 200", "maxLength: 300")],
        &[("loosened", "fields.remark", "code")],
    ),
    case(
        "a text is limited no longer",
        &[(REMARK, "type: TEXT }")],
        &[("loosened", "fields.remark", "code")],
    ),
    case(
        "a limit is written down that was there",
        &[(REMARK, "type: TEXT, minLength: 0, maxLength: 200 }")],
        &[("loosened", "fields.remark", "")],
    ),
    case(
        "a field is skipped",
        &[("skip: []", "skip: [deal_size]")],
        &[("skipped", "fields.deal_size", "code")],
    ),
    Case {
        name: "a field is skipped no longer",
        old: &[("skip: []", "skip: [deal_size]")],
        new: &[],
        rows: &[("unskipped", "fields.deal_size", "")],
    },
    Case {
        name: "skipped fields come, change and go",
        old: &[
            (EMAIL, "  - { apiName: a, type: SCORE }\n  - { apiName: b, type: SCORE }\n"),
            ("skip: []", "skip: [a, b]"),
        ],
        new: &[
            (EMAIL, "  - { apiName: b, type: OTHER }\n  - { apiName: c, type: SCORE }\n"),
            ("skip: []", "skip: [b, c]"),
        ],
        rows: &[
            ("removed", "fields.a", ""),
            ("retyped", "fields.b", ""),
            ("added", "fields.c", ""),
        ],
    },
    // Options.
    case(
        "an option is added",
        &[("[Pune,", "[Nagpur, Pune,")],
        &[("added", "options.city.Nagpur", "")],
    ),
    case("an option is removed", &[("[Pune, ", "[")], &[("removed", "options.city.Pune", "code")]),
    case(
        "an option is relabelled by its id",
        &[(OPTION, "{ id: o_2, label: Phone Call }")],
        &[("relabelled", "options.source.Phone Call", "code")],
    ),
    case(
        "an option is relabelled by its id and has its old name",
        &[(OPTION, "{ id: o_2, label: Phone Call, formerly: [Cold Call] }")],
        &[("relabelled", "options.source.Phone Call", "")],
    ),
    case(
        "an option is relabelled, found by its earlier label only",
        &[("[Pune,", "[{ label: Poona, formerly: [Pune] },")],
        &[("relabelled", "options.city.Poona", "")],
    ),
    case(
        "two options become one",
        &[("[Pune, Mumbai]", "[{ label: Mumbai, formerly: [Pune] }]")],
        &[("relabelled", "options.city.Mumbai", "")],
    ),
    case(
        "an option is relabelled to the same Rust name",
        &[(OPTION, "{ id: o_2, label: cold call }")],
        &[("relabelled", "options.source.cold call", "")],
    ),
    case(
        "an option of the same Rust name replaces one",
        &[("[Pune,", "[pune,")],
        &[("removed", "options.city.Pune", "code"), ("added", "options.city.pune", "")],
    ),
    case(
        "two options change their labels",
        &[
            ("id: o_1, label: Website", "id: o_1, label: Fair"),
            ("id: o_3, label: Fair", "id: o_3, label: Website"),
        ],
        &[
            ("reassigned", "options.source.Website", ""),
            ("reassigned", "options.source.Fair", ""),
            ("reordered", "options.source", ""),
        ],
    ),
    case(
        "ids of another workspace mean nothing",
        &[(OPTION, "{ id: o_2, label: Phone Call }"), ("id: e_1", "id: e_2")],
        &[
            ("enterprise", "enterprise.id", ""),
            ("removed", "options.source.Cold Call", "code"),
            ("added", "options.source.Phone Call", ""),
        ],
    ),
    case(
        "an option is inserted before one of its name",
        &[("[Pune,", "[PUNE, Pune,")],
        &[("renamed", "options.city.Pune", "code"), ("added", "options.city.PUNE", "")],
    ),
    case(
        "an option is added after one of its name",
        &[("Mumbai]", "Mumbai, mumbai]")],
        &[("added", "options.city.mumbai", "")],
    ),
    case(
        "an option is renamed in Rust",
        &[("options: {},", "options: { city: { Pune: Poona } },")],
        &[("renamed", "options.city.Pune", "code")],
    ),
    Case {
        name: "an earlier label is forgotten",
        old: &[(OPTION, "{ id: o_2, label: Phone Call, formerly: [Cold Call] }")],
        new: &[(OPTION, "{ id: o_2, label: Phone Call }")],
        rows: &[("alias_removed", "options.source.Phone Call", "code")],
    },
    case(
        "an earlier label is remembered",
        &[(OPTION, "{ id: o_2, label: Cold Call, formerly: [Call] }")],
        &[("alias_added", "options.source.Cold Call", "")],
    ),
    Case {
        name: "an option is added that has the name of an earlier label",
        old: &[(OPTION, "{ id: o_2, label: Phone Call, formerly: [Cold Call] }")],
        new: &[(
            OPTION,
            "{ id: o_2, label: Phone Call, formerly: [Cold Call] }, { id: o_4, label: Cold Call }",
        )],
        rows: &[
            ("alias_removed", "options.source.Phone Call", "code"),
            ("added", "options.source.Cold Call", ""),
        ],
    },
    Case {
        name: "an option has its earlier label again",
        old: &[(OPTION, "{ id: o_2, label: Phone Call, formerly: [Cold Call] }")],
        new: &[(OPTION, "{ id: o_2, label: Cold Call, formerly: [Phone Call] }")],
        rows: &[("relabelled", "options.source.Cold Call", "")],
    },
    case(
        "options change places",
        &[("[Pune, Mumbai]", "[Mumbai, Pune]")],
        &[("reordered", "options.city", "")],
    ),
    case(
        "a dropdown is opened",
        &[("open: []", "open: [city]")],
        &[("opened", "options.city", "")],
    ),
    case(
        "tags are opened",
        &[("open: []", "open: [interests]")],
        &[("opened", "options.interests", "code")],
    ),
    Case {
        name: "a dropdown is closed",
        old: &[("open: []", "open: [city]")],
        new: &[],
        rows: &[("closed", "options.city", "code")],
    },
    Case {
        name: "tags are closed",
        old: &[("open: []", "open: [interests]")],
        new: &[],
        rows: &[("closed", "options.interests", "code")],
    },
    Case {
        name: "an open option is removed",
        old: &[("open: []", "open: [city]")],
        new: &[("open: []", "open: [city]"), ("[Pune, ", "[")],
        rows: &[("removed", "options.city.Pune", "code")],
    },
    case(
        "an enum is renamed",
        &[("types: {}", "types: { city: Town }")],
        &[("renamed", "options.city", "code")],
    ),
    case(
        "a field is inserted whose enum takes a name",
        &[
            (
                CITY,
                "  - { apiName: City, type: TAGS, options: [A] }\n  - { apiName: city, type: DROPDOWN, options: [Pune, Mumbai] }\n",
            ),
            ("fields: {}", "fields: { City: cities }"),
        ],
        &[("renamed", "options.city", "code"), ("added", "fields.City", "")],
    ),
    // Actions.
    case(
        "an action is added",
        &[(
            "customActions:\n",
            "customActions:\n  - { code: ACTION_1000, displayName: Demo, fieldSchema: {} }\n",
        )],
        &[("added", "actions.ACTION_1000", "")],
    ),
    case(
        "an action is removed",
        &[(QUOTE, "")],
        &[("removed", "actions.ACTION_1002", "code values")],
    ),
    case(
        "an action is called otherwise",
        &[("Site Visit", "Visit")],
        &[
            ("relabelled", "actions.ACTION_1001", "code"),
            ("renamed", "actions.ACTION_1001", "code"),
        ],
    ),
    case(
        "an action is called otherwise and named the same",
        &[("Site Visit", "site visit")],
        &[("relabelled", "actions.ACTION_1001", "")],
    ),
    case(
        "an action is renamed in Rust",
        &[("actions: {}", "actions: { ACTION_1002: Quote }")],
        &[("renamed", "actions.ACTION_1002", "code")],
    ),
    case(
        "an action is inserted before one of its name",
        &[(
            SITE_VISIT,
            "  - { code: ACTION_1000, displayName: Site Visit, fieldSchema: {} }\n  - code: ACTION_1001\n    displayName: Site Visit\n",
        )],
        &[
            ("renamed", "actions.ACTION_1001", "code"),
            ("renamed", "actions.ACTION_1001", "code"),
            ("added", "actions.ACTION_1000", ""),
        ],
    ),
    case(
        "an action is described",
        &[("displayName: Quote Sent", "displayName: Quote Sent\n    description: By mail")],
        &[("described", "actions.ACTION_1002", "")],
    ),
    case(
        "actions change places",
        &[
            (QUOTE, ""),
            (
                SITE_VISIT,
                "  - code: ACTION_1002\n    displayName: Quote Sent\n    fieldSchema: { total: { type: MONEY } }\n    allowPredatedActivity: { enabled: true }\n  - code: ACTION_1001\n    displayName: Site Visit\n",
            ),
        ],
        &[("reordered", "actions", "")],
    ),
    case(
        "an action may not be backdated",
        &[("enabled: true", "enabled: false")],
        &[("not_backdatable", "actions.ACTION_1002", "code values")],
    ),
    case(
        "an action may be backdated",
        &[("displayName: Site Visit", "displayName: Site Visit\n    allowPredatedActivity: true")],
        &[("backdatable", "actions.ACTION_1001", "")],
    ),
    case(
        "a field is added to an action",
        &[("note: { type: TEXT }", "note: { type: TEXT }\n      by: TEXT")],
        &[("added", "actions.ACTION_1001.fields.by", "")],
    ),
    case(
        "a field is removed from an action",
        &[("      note: { type: TEXT }\n", "")],
        &[("removed", "actions.ACTION_1001.fields.note", "code values")],
    ),
    case(
        "a field of an action is of another type",
        &[("total: { type: MONEY }", "total: { type: NUMBER }")],
        &[("retyped", "actions.ACTION_1002.fields.total", "code values")],
    ),
    case(
        "an option of an action is removed",
        &[("[Interested, Not Interested]", "[Interested]")],
        &[("removed", "options.ACTION_1001.outcome.Not Interested", "code")],
    ),
    // The pipeline.
    case(
        "a status is added",
        &[("[{ statusid: s_1,", "[{ label: New }, { statusid: s_1,")],
        &[("added", "statuses.New", "")],
    ),
    case(
        "a status is removed",
        &[(", { statusid: s_2, label: Contacted }", "")],
        &[("removed", "statuses.Contacted", "code values")],
    ),
    case(
        "a status is relabelled",
        &[("label: Contacted", "label: Called, formerly: [Contacted]")],
        &[("relabelled", "statuses.Called", "")],
    ),
    case(
        "a status is archived",
        &[
            (", { statusid: s_2, label: Contacted }", ""),
            ("[{ statusid: s_3,", "[{ statusid: s_2, label: Contacted }, { statusid: s_3,"),
        ],
        &[("archived", "statuses.Contacted", "code values")],
    ),
    case(
        "a status is unarchived",
        &[
            ("[{ statusid: s_3, label: Old Enquiry }]", "[]"),
            ("[{ statusid: s_1,", "[{ statusid: s_3, label: Old Enquiry }, { statusid: s_1,"),
        ],
        &[("unarchived", "statuses.Old Enquiry", "")],
    ),
    case(
        "an archived status is relabelled",
        &[("label: Old Enquiry", "label: Older")],
        &[("relabelled", "statuses.Older", "")],
    ),
    case(
        "an archived status is removed",
        &[("[{ statusid: s_3, label: Old Enquiry }]", "[]")],
        &[("removed", "statuses.Old Enquiry", "")],
    ),
    case(
        "an archived status is added",
        &[("[{ statusid: s_3,", "[{ label: Older }, { statusid: s_3,")],
        &[("added", "statuses.Older", "")],
    ),
    case(
        "a status is of another stage",
        &[("stageType: WON", "stageType: LOST")],
        &[("stage", "statuses.Won", "")],
    ),
    case(
        "statuses change places",
        &[(
            "[{ statusid: s_1, label: Fresh }, { statusid: s_2, label: Contacted }]",
            "[{ statusid: s_2, label: Contacted }, { statusid: s_1, label: Fresh }]",
        )],
        &[("reordered", "statuses", "")],
    ),
    case(
        "a lost reason is added",
        &[("{ reasonid: r_2,", "{ reasonLabel: Silence }, { reasonid: r_2,")],
        &[("added", "lostReasons.Silence", "")],
    ),
    case(
        "a lost reason is archived",
        &[
            (", { reasonid: r_2, reasonLabel: No budget }", ""),
            ("[{ reasonid: r_3,", "[{ reasonid: r_2, reasonLabel: No budget }, { reasonid: r_3,"),
        ],
        &[("archived", "lostReasons.No budget", "code values")],
    ),
    Case {
        name: "the first fields of a pipeline come",
        old: &[
            ("  - { apiName: status, type: STATUS }\n", ""),
            ("  - { apiName: lost_reason, type: LOST_REASON }\n", ""),
        ],
        new: &[],
        rows: &[("added", "fields.status", ""), ("added", "fields.lost_reason", "")],
    },
    // The enterprise.
    case(
        "the enterprise is another one",
        &[("id: e_1", "id: e_2")],
        &[("enterprise", "enterprise.id", "")],
    ),
    case(
        "the enterprise is called otherwise",
        &[("name: Acme", "name: Acme Corp")],
        &[("described", "enterprise.name", "")],
    ),
];
