//! `include_workspace!`, which includes generated code in the user's crate, and the version of its contract.

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

/// Checks that this runtime supports the contract of generated code.
///
/// It is the first macro of a generated file, so that its error comes before the errors of the other macros.
#[doc(hidden)]
#[macro_export]
macro_rules! generated_contract {
    (1, $codegen:literal) => {};
    ($contract:tt, $codegen:literal) => {
        ::core::compile_error!(::core::concat!(
            "telecrm-codegen ",
            $codegen,
            " and telecrm-runtime 0.1.0 do not fit together: the generated code has version ",
            ::core::stringify!($contract),
            " of their contract, and this runtime supports version 1; run `cargo update -p \
             telecrm-codegen -p telecrm-runtime`, and use one version of both crates in Cargo.toml"
        ));
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn contract_error_has_the_version_of_this_crate() {
        let version = concat!("telecrm-runtime ", env!("CARGO_PKG_VERSION"), " do not fit");
        assert!(include_str!("include.rs").contains(version), "{version}");
    }
}
