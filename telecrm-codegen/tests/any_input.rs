//! Properties for any input: valid Rust, or an error with line and column; never a panic.

#[path = "support/any_bytes.rs"]
mod any_bytes;

use proptest::prelude::*;
use telecrm_codegen::Config;
use test_support::random_workspace;

/// Valid and invalid pieces of schemas, for concatenation in any order.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => any::<String>(),
        3 => prop::sample::select(vec![
            "customFields:\n", "  - ", "{ ", " }", "[", "]", "apiName: ", "type: ", "PHONE", "DROPDOWN",
            "TEXT", "STATUS", "options: ", "isLeadid: true", ", ", "\n", "customActions:\n", "code: ",
            "ACTION_1", "displayName: ", "fieldSchema: ", "leadStagePipeline:\n", "codegen:\n",
            "  skip: ", "  open: ", "  rename:\n", "    options: ", "maxLength: 5", "&a ", "*a", "<<: *a",
            "null", "~", "'", "\"", "#", "\t", "\u{feff}", "\r\n", "| \n", ": ", "- ", "!!int ", "? ",
        ]).prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_generated_or_refused(text in any::<String>()) {
        any_bytes::check(text.as_bytes());
    }

    #[test]
    fn any_bytes_are_generated_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        any_bytes::check(&bytes);
    }

    #[test]
    fn any_pieces_of_schemas_are_generated_or_refused(pieces in prop::collection::vec(piece(), 0..40)) {
        any_bytes::check(pieces.concat().as_bytes());
    }

    /// Generated code contains names and labels of any Unicode text byte for byte.
    #[test]
    fn any_workspace_is_generated_with_its_exact_names(workspace in random_workspace::workspace()) {
        let code = match Config::new().generate(&workspace.to_string()) {
            Ok(generated) => generated.code,
            Err(error) => return Err(TestCaseError::fail(format!("{error}\n{workspace}"))),
        };
        syn::parse_file(&code).expect("generated code is valid Rust");
        let strings = strings(&code);
        for text in wire_names(&workspace) {
            prop_assert!(strings.contains(&text), "{text:?} is lost in\n{code}");
        }
    }
}

/// Every name and label of a workspace, except blank labels.
fn wire_names(workspace: &serde_json::Value) -> Vec<String> {
    let mut names = Vec::new();
    for field in workspace["customFields"].as_array().into_iter().flatten() {
        names.extend(field["apiName"].as_str().map(str::to_owned));
        names.extend(texts(&field["options"]));
    }
    for action in workspace["customActions"].as_array().into_iter().flatten() {
        names.extend(action["code"].as_str().map(str::to_owned));
        for (name, field) in action["fieldSchema"].as_object().into_iter().flatten() {
            names.push(name.clone());
            names.extend(texts(&field["options"]));
        }
    }
    names
}

fn texts(list: &serde_json::Value) -> impl Iterator<Item = String> {
    let texts = list.as_array().into_iter().flatten().filter_map(|label| label.as_str());
    texts.filter(|label| !telecrm_schema::is_blank(label)).map(str::to_owned)
}

/// All string literals except doc comments.
fn strings(code: &str) -> std::collections::BTreeSet<String> {
    fn walk(tokens: proc_macro2::TokenStream, found: &mut std::collections::BTreeSet<String>) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Group(group) => walk(group.stream(), found),
                proc_macro2::TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        found.insert(text.value());
                    }
                }
                _ => {}
            }
        }
    }
    let mut found = std::collections::BTreeSet::new();
    walk(code.parse().expect("generated code is valid Rust"), &mut found);
    found
}
