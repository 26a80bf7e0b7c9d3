//! Clashing names: many labels of one spelling.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use telecrm_codegen::NamedSchema;
use telecrm_schema::Schema;

/// `count` different labels, all spelled `A` in Rust.
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

/// The time that a function takes: the shorter of two, since other programs run beside it.
fn time(mut run: impl FnMut()) -> Duration {
    let mut once = || {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    once().min(once())
}

/// Reading is linear, so naming is measured by it, whatever the machine: it takes about as long
/// again. Quadratic naming takes thirty times as long for so many labels.
#[test]
fn many_labels_of_one_spelling_are_named_in_linear_time() {
    const COUNT: usize = 20_000;
    let mut block = String::new();
    for label in labels(COUNT) {
        let _ = write!(block, "\n      - \"{label}\"");
    }
    let flow: Vec<String> = labels(COUNT).map(|label| format!("\"{label}\"")).collect();
    for yaml in [schema(&block), schema(&format!(" [{}]", flow.join(", ")))] {
        let read = time(|| {
            Schema::check_yaml("schema.yaml", &yaml).expect("the schema holds");
        });
        let named = time(|| {
            let named = NamedSchema::check_yaml("schema.yaml", &yaml);
            let (schema, warnings) = named.expect("the schema holds");
            let options = schema.fields[1].options.as_ref().expect("a dropdown");
            assert_eq!(options.labels.len(), COUNT);
            assert_eq!(options.labels[COUNT - 1].ident, format!("A{COUNT}"));
            assert_eq!(warnings.len(), COUNT - 1);
        });
        assert!(named < read * 8, "{named:?} to read and name, {read:?} of that to read");
    }
}
