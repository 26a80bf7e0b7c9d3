//! `include_workspace!`, which includes generated code in the user's crate.

/// Includes the code that telecrm-codegen generated in the build script.
///
/// The file is `OUT_DIR/workspace.rs`, or `OUT_DIR/acme.rs` for `include_workspace!("acme")`.
///
/// ```text
/// mod crm {
///     telecrm_runtime::include_workspace!();
/// }
/// ```
#[macro_export]
macro_rules! include_workspace {
    () => {
        $crate::include_workspace!("workspace");
    };
    ($name:literal $(,)?) => {
        ::core::include!(::core::concat!(
            ::core::env!(
                "OUT_DIR",
                "no workspace was generated: add a build.rs that calls `telecrm_codegen::compile(\"schema/workspace.yaml\")`, and telecrm-codegen to [build-dependencies]"
            ),
            "/",
            $name,
            ".rs"
        ));
    };
}
