//! What must not compile, and what the compiler says then: one file per case in `tests/ui`, named
//! by its row of the silent-drop catalogue.

#[test]
fn mistakes_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
