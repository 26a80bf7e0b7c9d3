//! Any file with any map: no panic, and no row is lost.

#[path = "support/any_csv.rs"]
mod any_csv;

use proptest::prelude::*;
use test_support::random_cases;

const MAPS: &[&str] = &[
    "{}",
    "preset: meta",
    "header_row: 2",
    "{ empty: [NULL, \"-\", \"\"], columns: { B: name } }",
    "{ columns: { Mobile: phone, When: follow_up_date }, ignore: [C] }",
    "not a map: [",
];

const PIECES: &[&str] = &[
    "phone",
    "name",
    "follow_up_date",
    "budget",
    "Mobile",
    "When",
    "full_name",
    "phone_number",
    "9999990012",
    "p:+919999990060",
    "<test lead: dummy>",
    "Asha",
    "NULL",
    "{{name}}",
    "12/31/2026",
    "31/12/2026",
    "1,50,000",
    "2 Cr",
    "sep=;",
    "आशा",
    "\u{FFFD}",
    ",",
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\"",
    " ",
    "",
];

fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => proptest::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..4),
    ];
    let start = proptest::sample::select(
        &["", "phone,name\n", "phone;follow_up_date\r\n", "sep=;\r\nphone;name\n", "\u{feff}"][..],
    );
    (start, proptest::collection::vec(piece, 0..60))
        .prop_map(|(start, pieces)| [start.as_bytes(), &pieces.concat()].concat())
}

proptest! {
    #![proptest_config(random_cases(400))]

    #[test]
    fn d43_every_row_is_queued_rejected_or_skipped(
        file in any_file(),
        map in proptest::sample::select(MAPS),
    ) {
        any_csv::check(&file, map);
    }
}

#[test]
fn property_is_checked_for_rows_of_every_kind() {
    let file = "phone,name,follow_up_date\n9999990012,Asha,31/12/2026\nx,,\n<test lead: x>,,\n";
    assert_eq!(any_csv::check(file.as_bytes(), "preset: meta"), 3);
    assert_eq!(any_csv::check(b"phone,name\n9999990012,\xFF\n", "{}"), 1);
}
