//! Labels and types with the same Rust name.

use std::fmt::Write as _;

use telecrm_codegen::NamedSchema;
use telecrm_schema::Diagnostic;

/// `count` different labels, all with the Rust name `A`.
fn labels(count: usize) -> impl Iterator<Item = String> {
    const SIGNS: [char; 8] = ['!', '?', '.', ',', ';', '=', '~', '^'];
    (0..count).map(|mut index| {
        let mut label = String::from("A");
        for _ in 0..6 {
            label.push(SIGNS[index % SIGNS.len()]);
            index /= SIGNS.len();
        }
        label
    })
}

fn schema(labels: &str) -> String {
    format!(
        "customFields:\n  - {{ apiName: phone, type: PHONE, isLeadid: true }}\n  \
         - apiName: source\n    type: DROPDOWN\n    options:{labels}\n"
    )
}

/// `.ci/instructions` counts the steps that such clashes take.
#[test]
fn many_clashing_labels_are_numbered_in_the_order_of_the_file() {
    const COUNT: usize = 20_000;
    let mut block = String::new();
    for label in labels(COUNT) {
        let _ = write!(block, "\n      - \"{label}\"");
    }
    let flow: Vec<String> = labels(COUNT).map(|label| format!("\"{label}\"")).collect();
    for yaml in [schema(&block), schema(&format!(" [{}]", flow.join(", ")))] {
        let named = NamedSchema::check_yaml("schema.yaml", &yaml);
        let (schema, warnings) = named.expect("the schema is valid");
        let options = schema.fields[1].options.as_ref().expect("a dropdown");
        let idents: Vec<&str> = options.labels.iter().map(|label| label.ident.as_str()).collect();
        let numbered = (2..=COUNT).map(|number| format!("A{number}"));
        let expected: Vec<String> = ["A".to_owned()].into_iter().chain(numbered).collect();
        assert!(idents == expected, "the labels have other names");
        assert_eq!(warnings.len(), COUNT - 1);
    }
}

/// The text types and enums of an action share a module. Renaming a field resolves a clash.
#[test]
fn text_types_are_named_after_their_fields() {
    const YAML: &str = "\
customFields:
  - { apiName: phone, type: PHONE, isLeadid: true }
  - { apiName: remark, type: TEXT, maxLength: 200 }
  - { apiName: Remark, type: TEXT, minLength: 5 }
customActions:
  - code: ACTION_1
    displayName: Visit
    fieldSchema:
      out_come: { type: TEXT, maxLength: 9 }
      outCome: { type: DROPDOWN, options: [Good] }
";
    let named = |yaml: &str| {
        let (schema, warnings) =
            NamedSchema::check_yaml("schema.yaml", yaml).expect("the schema is valid");
        let fields = schema.fields.iter().chain(&schema.actions[0].fields);
        let texts: Vec<_> = fields.filter_map(|field| field.text.clone()).collect();
        (texts, warnings)
    };
    let messages = |warnings: &[Diagnostic]| -> Vec<String> {
        warnings.iter().map(|warning| warning.message().to_owned()).collect()
    };
    let (texts, warnings) = named(YAML);
    assert_eq!(texts, ["Remark", "Remark2", "OutCome2"]);
    let help = warnings[1].help().expect("the warning has a help");
    assert!(help.ends_with("fields: { ACTION_1.out_come: out_come2 }"), "{help}");
    assert_eq!(
        messages(&warnings),
        [
            "the field `Remark` is `remark_2` in Rust: `remark` already has its name",
            "the text type of `out_come` is `OutCome2` in Rust: `outCome` already has its name",
            "the field `outCome` is `out_come_2` in Rust: `out_come` already has its name",
        ]
    );
    let renames = "{ Remark: note, ACTION_1.out_come: ending, ACTION_1.outCome: choice }";
    let (texts, warnings) = named(&format!("{YAML}codegen:\n  rename: {{ fields: {renames} }}\n"));
    assert_eq!(
        (texts, messages(&warnings)),
        (["Remark", "Note", "Ending"].map(String::from).to_vec(), vec![])
    );
}
