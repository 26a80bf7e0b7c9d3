//! Whatever the bytes: code that is Rust, or an error with its place. Never a panic.

use std::fmt::Write as _;

use proptest::prelude::*;
use telecrm_codegen::Config;

/// Generates from the text and checks what can be said of any outcome.
fn check(yaml: &str) {
    match Config::new().generate(yaml) {
        Ok(generated) => {
            syn::parse_file(&generated.code).expect("what is generated is Rust");
            for warning in &generated.warnings {
                assert!(warning.is_warning());
                let _ = warning.to_string();
            }
        }
        Err(error) => {
            assert!(error.diagnostics().iter().any(|it| !it.is_warning()), "no error in {error:?}");
            let lines = yaml.lines().count().max(1) + 1;
            for diagnostic in error.diagnostics() {
                assert!((1..=lines).contains(&diagnostic.line()), "{diagnostic:?}");
                assert!(diagnostic.column() >= 1);
                assert!(!diagnostic.message().is_empty() && diagnostic.help().is_some());
            }
            let _ = error.to_string();
        }
    }
}

/// Pieces of schemas, good and bad, to be put together in any order.
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
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec(piece(), 0..40)) {
        check(&pieces.concat());
    }

    /// Names, labels and descriptions of any Unicode become Rust that keeps them to the byte.
    #[test]
    fn any_names_and_labels(
        names in prop::collection::btree_set("[^\\s\\p{C}][^\\p{Cc}]{0,12}|[a-z_]{1,8}", 1..6),
        labels in prop::collection::vec(any::<String>(), 1..8),
        description in any::<String>(),
        display_name in any::<String>(),
    ) {
        let json = |text: &str| serde_json::Value::from(text).to_string();
        let mut yaml = String::from("customFields:\n- { apiName: identifier, type: TEXT, isLeadid: true }\n");
        for name in names.iter().filter(|name| name.as_str() != "identifier") {
            let labels: Vec<String> = labels.iter().map(|label| json(label)).collect();
            let _ = writeln!(
                yaml,
                "- {{ apiName: {}, type: DROPDOWN, description: {}, options: [{}] }}",
                json(name), json(&description), labels.join(", ")
            );
        }
        let _ = writeln!(
                yaml,
            "customActions:\n- {{ code: ACTION_1, displayName: {}, fieldSchema: {{}} }}",
            json(&display_name)
        );
        let generated = Config::new().generate(&yaml);
        let code = match generated {
            Ok(generated) => generated.code,
            Err(error) => return Err(TestCaseError::fail(format!("{error}\n{yaml}"))),
        };
        syn::parse_file(&code).expect("what is generated is Rust");
        let strings = strings(&code);
        for text in names.iter().chain(&labels) {
            prop_assert!(strings.contains(text), "{text:?} is lost in\n{code}");
        }
    }
}

/// All string literals outside of docs.
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
    walk(code.parse().expect("what is generated is Rust"), &mut found);
    found
}
