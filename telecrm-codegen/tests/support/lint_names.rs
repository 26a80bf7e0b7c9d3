//! Workspaces of names that lints look for.

use serde_json::{Value, json};

/// Method, binding and type names that lints look for.
///
/// The lints are those of rustc and of clippy's groups `all` and `pedantic`.
const NAMES: &[&str] = &[
    // should_implement_trait
    "add",
    "as_mut",
    "as_ref",
    "bitand",
    "bitor",
    "bitxor",
    "borrow",
    "borrow_mut",
    "clone",
    "cmp",
    "default",
    "deref",
    "deref_mut",
    "div",
    "drop",
    "eq",
    "from_iter",
    "from_str",
    "hash",
    "index",
    "index_mut",
    "into_iter",
    "mul",
    "neg",
    "next",
    "not",
    "rem",
    "shl",
    "shr",
    "sub",
    // wrong_self_convention
    "as_it",
    "from_it",
    "into_it",
    "is_it",
    "to_it",
    "to_mut",
    "to_it_mut",
    // iter_not_returning_iterator, iter_without_into_iter
    "iter",
    "iter_mut",
    // len_without_is_empty, inherent_to_string, new_ret_no_self, self_named_constructors
    "len",
    "is_empty",
    "to_string",
    "new",
    "with",
    "build",
    "builder",
    "lead",
    "action",
    "payment",
    // just_underscores_and_digits, used_underscore_binding, pub_underscore_fields
    "_",
    "__",
    "_1",
    "1",
    "10",
    "1_0",
    "_a",
    "__a",
    // disallowed_names, many_single_char_names, min_ident_chars
    "foo",
    "baz",
    "quux",
    "a",
    "b",
    "l",
    "O",
    "I",
    // enum_variant_names, struct_field_names, module_name_repetitions, module_inception
    "generated",
    "actions",
    "options",
    "option_a",
    "option_b",
    "lead_a",
    "lead_b",
    "lead_c",
    // upper_case_acronyms, non_camel_case_types
    "ABC",
    "A/B/C",
    "A_B_C",
    "HTTPServer",
    "a1b2",
    "5-10",
    // ambiguous_associated_items, and names of the prelude and of primitive types
    "Err",
    "Error",
    "Item",
    "Output",
    "Target",
    "Owned",
    "Self",
    "self",
    "str",
    "u8",
    "bool",
    "Vec",
    "ALL",
    "LABELS",
    "Copy",
    "telecrm",
    "value",
    "text",
];

/// Names of the identifier. Only the identifier's name becomes a binding.
const IDENTIFIERS: &[&str] = &[
    "1", "10", "_", "__", "_1", "1_0", "foo", "baz", "quux", "a", "l", "O", "self", "value",
    "text", "new", "iter", "str", "Vec", "type", "telecrm",
];

/// Workspaces with every name as a field, an action and a label, and one for each identifier.
///
/// Each field has its own type.
pub(crate) fn workspaces() -> Vec<Value> {
    let labels: Vec<Value> = NAMES.iter().map(|name| json!({ "label": name })).collect();
    let of_every_name = |field: &dyn Fn(usize, &str) -> Value| -> Value {
        let named = || NAMES.iter().enumerate().map(|(number, name)| (*name, field(number, name)));
        let of_all: serde_json::Map<_, _> =
            named().map(|(name, field)| (name.to_owned(), field)).collect();
        let mut fields = vec![
            json!({ "apiName": "identifier", "type": "PHONE", "isLeadid": true }),
            json!({ "apiName": "all of them", "type": "DROPDOWN", "options": NAMES }),
            json!({ "apiName": "the status", "type": "STATUS" }),
        ];
        fields.extend(named().map(|(name, mut field)| {
            field["apiName"] = json!(name);
            field
        }));
        let action = |name: &&str| json!({ "code": format!("ACTION_{name}"), "displayName": name, "fieldSchema": {} });
        let mut actions: Vec<Value> = NAMES.iter().map(action).collect();
        actions.push(json!({ "code": "ACTION_all", "displayName": "all", "fieldSchema": of_all }));
        json!({
            "customFields": fields,
            "customActions": actions,
            "leadStagePipeline": {
                "leadStages": [{ "stageType": "OPEN", "activeStatuses": labels }],
            },
        })
    };
    let of_each_kind = [
        of_every_name(&|_, _| json!({ "type": "TEXT", "maxLength": 200 })),
        of_every_name(&|number, name| {
            let kind = if number % 2 == 0 { "DROPDOWN" } else { "TAGS" };
            json!({ "type": kind, "options": [name, "Other"] })
        }),
    ];
    let of_identifier = |name: &&str| json!({ "customFields": [{ "apiName": name, "type": "TEXT", "isLeadid": true }] });
    // Lints differ between public and private modules, so each workspace is compiled as both.
    let twice = of_each_kind.into_iter().flat_map(|workspace| [workspace.clone(), workspace]);
    twice.chain(IDENTIFIERS.iter().map(of_identifier)).collect()
}
