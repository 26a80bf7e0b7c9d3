//! The tables of invisible characters in `telecrm-schema` and `telecrm-runtime` are equal (D38).
//!
//! The two crates share no code, so that the validator remains an independent check of the values.

#[test]
fn d38_both_tables_of_invisible_characters_are_equal() {
    let differences: Vec<char> = (char::MIN..=char::MAX)
        .filter(|&character| {
            telecrm_schema::is_invisible(character)
                != telecrm_runtime::__private::is_invisible(character)
        })
        .collect();
    assert!(differences.is_empty(), "{differences:?}");
}
