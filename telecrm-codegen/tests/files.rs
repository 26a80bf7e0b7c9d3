//! Errors of files and build scripts: unreadable schemas, invalid options of `Config`.

use std::path::Path;

use telecrm_codegen::{Config, Error};

const SCHEMA: &str = "customFields: [{ apiName: phone, type: PHONE, isLeadid: true }]\n";

fn compile(path: &Path) -> Error {
    let out_dir = std::env::temp_dir().join("telecrm-codegen-never-written");
    Config::new().out_dir(out_dir).compile(path).expect_err("the schema is invalid")
}

#[track_caller]
fn report(error: &Error, folder: &Path, expected: &str) {
    let folder = format!("{}/", folder.display());
    assert_eq!(error.to_string().replace(&folder, ""), expected);
}

#[test]
fn missing_schema_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    report(
        &compile(&folder.path().join("workspace.yaml")),
        folder.path(),
        "error: the schema cannot be read: there is no such file\n\
         --> workspace.yaml\n \
         = help: the path is relative to the current folder; in a build script that is the folder \
         of the package's Cargo.toml. Nix, Docker and Bazel copy only selected sources: add the \
         schema to the source filter, to `COPY`, or to `compile_data`",
    );
}

#[test]
fn folder_instead_of_a_schema_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("schemas");
    std::fs::create_dir(&path).expect("the folder can be written to");
    report(
        &compile(&path),
        folder.path(),
        "error: the schema is a folder, not a regular file\n--> schemas\n = help: pass the path of the YAML file",
    );
}

#[test]
fn schema_that_is_not_utf8_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("workspace.yaml");
    std::fs::write(&path, b"customFields:\n  - { apiName: caf\xE9, type: TEXT }\n")
        .expect("writable");
    report(
        &compile(&path),
        folder.path(),
        "error: the schema is not UTF-8 text; it may be Latin-1 (Windows-1252)\n \
         --> workspace.yaml:2:19\n  \
         |\n\
         2 |   - { apiName: café, type: TEXT }\n  \
         |                   ^ the byte 0xE9, shown as Latin-1\n  \
         |\n  \
         = help: save the file as UTF-8; or convert it: `iconv -f WINDOWS-1252 -t UTF-8`",
    );
}

#[test]
fn huge_schema_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("workspace.yaml");
    // A sparse file of a terabyte does not fit into memory. The report shows its size only if the size is
    // compared with the limit before the content is read.
    let file = std::fs::File::create(&path).expect("the folder can be written to");
    file.set_len(1 << 40).expect("the file system has sparse files");
    report(
        &compile(&path),
        folder.path(),
        "error: the schema is too large: 1048576 MiB\n--> workspace.yaml\n \
         = help: a schema has at most 16 MiB; is this the right file?",
    );
}

#[test]
fn invalid_attribute_is_an_error() {
    let error = Config::new().attribute("Lead", "derive(Eq)").generate(SCHEMA);
    assert_eq!(
        error.expect_err("the attribute is invalid").to_string(),
        "error: `derive(Eq)`, given for `Lead`, is not a Rust attribute\n--> schema.yaml\n \
         = help: `Config::attribute` takes whole attributes, such as \"#[derive(Eq)]\""
    );
}

#[test]
fn attribute_of_an_unknown_type_is_an_error() {
    let error = Config::new().attribute("SiteVisit", "#[derive(Eq)]").generate(SCHEMA);
    assert_eq!(
        error.expect_err("the type is unknown").to_string(),
        "error: `Config::attribute` names `SiteVisit`, which is not a generated type\n--> schema.yaml\n \
         = help: use the type's name in the generated code: `Lead`, `SiteVisit`, `options::Status`"
    );
}

#[test]
fn attributes_are_added_to_their_type() {
    let generated = Config::new()
        .attribute("Lead", "#[derive(Eq)]")
        .attribute("Lead", "#[cfg(unix)]")
        .generate(SCHEMA)
        .expect("the schema is valid");
    let attributes = "#[derive(Eq)]\n#[cfg(unix)]\npub struct Lead {";
    assert!(generated.code.contains(attributes), "{}", generated.code);
}

#[test]
fn invalid_runtime_path_is_an_error() {
    let error = Config::new().runtime_path("crm-rt").generate(SCHEMA);
    assert_eq!(
        error.expect_err("a dash is invalid").to_string(),
        "error: `crm-rt` is not the path of a crate or module\n--> schema.yaml\n \
         = help: `Config::runtime_path` takes the name that the dependency has in Rust, such as \"crm_rt\""
    );
}

#[test]
fn d40_two_schemas_need_two_files() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let [acme, globex] = ["acme", "globex"].map(|name| {
        let schema = folder.path().join(name).join("workspace.yaml");
        std::fs::create_dir(folder.path().join(name)).expect("writable");
        std::fs::write(&schema, SCHEMA).expect("writable");
        schema
    });
    let config = || Config::new().out_dir(folder.path());
    config().compile(&acme).expect("the first schema");
    config().compile(&acme).expect("the same schema again");
    let error = config().compile(&globex).expect_err("two schemas in one file");
    assert_eq!(error.diagnostics()[0].rule(), "two-schemas-in-one-file");
    let message = error.diagnostics()[0].message();
    for schema in [&acme, &globex] {
        assert!(message.contains(&*schema.to_string_lossy()), "{message}");
    }
    config().module_name("globex").compile(&globex).expect("another name");
    let error =
        config().module_name("globex").compile(&acme).expect_err("two schemas in the second file");
    assert!(error.to_string().contains("`Config::new().module_name(\"acme\")"), "{error}");
}

#[test]
fn unwritable_output_folder_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let schema = folder.path().join("workspace.yaml");
    std::fs::write(&schema, SCHEMA).expect("the folder can be written to");
    // The parent of the output folder is a file.
    let error = Config::new().out_dir(schema.join("out")).compile(&schema);
    let error = error.expect_err("the folder cannot be created").to_string();
    assert!(error.starts_with("error: the generated code cannot be written: "), "{error}");
}

#[test]
fn file_has_the_name_of_the_schema_or_of_the_config() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let schema = folder.path().join("acme.yaml");
    std::fs::write(&schema, SCHEMA).expect("the folder can be written to");
    Config::new().out_dir(folder.path()).compile(&schema).expect("the schema is valid");
    Config::new()
        .out_dir(folder.path())
        .module_name("crm")
        .compile(&schema)
        .expect("the schema is valid");
    let acme =
        std::fs::read_to_string(folder.path().join("acme.rs")).expect("the file was written");
    let crm = std::fs::read_to_string(folder.path().join("crm.rs")).expect("the file was written");
    assert_eq!(acme, crm);
    assert!(acme.starts_with("// @generated by telecrm-codegen from acme.yaml."));
    assert!(!acme.contains(&*folder.path().to_string_lossy()), "a path of this machine");
}

#[test]
fn compile_outside_of_a_build_script_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let schema = folder.path().join("acme.yaml");
    std::fs::write(&schema, SCHEMA).expect("the folder can be written to");
    let error = telecrm_codegen::compile(&schema).expect_err("no OUT_DIR");
    assert_eq!(error.diagnostics()[0].rule(), "no-out-dir");
}

#[test]
fn file_name_is_escaped_in_code_and_on_a_terminal() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let name = "a\n}; compile_error!(\"*\");\u{202E}\u{1B}[31m.yaml";
    let folder = folder.path().join("/*\n*".trim_start_matches('/'));
    std::fs::create_dir(&folder).expect("writable");
    let schema = folder.join(name);
    std::fs::write(&schema, SCHEMA).expect("writable");
    let generated = Config::new().generate_file(&schema).expect("the schema is valid");
    let header = generated.code.lines().next().expect("a header");
    assert!(header.starts_with("// @generated by telecrm-codegen from a\\u{a}}; "), "{header}");
    assert!(header.ends_with("Do not edit: change the schema instead."), "{header}");
    assert!(!generated.code.contains(['\u{202E}', '\u{1B}']));
    syn::parse_file(&generated.code).expect("valid Rust");

    std::fs::write(&schema, "customFields: \u{1B}[31m\u{202E}x\u{7}\n").expect("writable");
    let error = Config::new().generate_file(&schema).expect_err("the schema is invalid");
    let shown = format!("{error}\n{error:?}");
    assert!(!shown.contains(['\u{202E}', '\u{1B}', '\u{7}']), "{shown:?}");
}

/// A schema with renamed and missing items, and the vocabulary that it must contain.
fn with_vocabulary(folder: &Path, vocabulary: &str) -> Result<(), Error> {
    let schema = "customFields:\n  - { apiName: phone, type: PHONE, isLeadid: true }\n  \
                  - { apiName: Full Name, type: TEXT }\n  \
                  - { apiName: lead_src, type: DROPDOWN, options: [Website, Walk in] }\n  \
                  - { apiName: budget, type: NUMBER }\n\
                  codegen: { rename: { fields: { lead_src: source } } }\n";
    let (path, file) = (folder.join("acme.yaml"), folder.join("vocabulary.yaml"));
    std::fs::write(&path, schema).expect("written");
    std::fs::write(&file, vocabulary).expect("written");
    Config::new().out_dir(folder.join("out")).requires(file).compile(path)
}

#[test]
fn vocabulary_is_found_by_api_name_and_by_renamed_name() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let vocabulary = "customFields:\n  - { apiName: full_name, type: TEXT }\n  \
                      - { apiName: source, type: DROPDOWN, options: [Website, Walk-in] }\n";
    with_vocabulary(folder.path(), vocabulary).expect("the schema has every item");
}

#[test]
fn missing_items_of_a_vocabulary_are_errors_with_their_lines() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let vocabulary = "customFields:\n  - { apiName: fullname, type: TEXT }\n  \
                      - { apiName: budget, type: MONEY }\n  - { apiName: budgets, type: NUMBER }\n  \
                      - { apiName: source, type: DROPDOWN, options: [Web site, Fair] }\n";
    let error = with_vocabulary(folder.path(), vocabulary).expect_err("items are missing");
    let found: Vec<_> = error
        .diagnostics()
        .iter()
        .map(|diagnostic| (diagnostic.rule().name(), diagnostic.line(), diagnostic.column()))
        .collect();
    assert_eq!(
        found,
        [
            ("required-field", 2, 16),
            ("required-type", 3, 30),
            ("required-field", 4, 16),
            ("required-label", 5, 50),
            ("required-label", 5, 60),
        ]
    );
    let helps: Vec<_> = error.diagnostics().iter().filter_map(|found| found.help()).collect();
    let create = "create the field in telecrm and run `cargo telecrm pull`, or remove it here";
    assert_eq!(helps[2], create, "`budget` is required itself");
    assert_eq!(helps[3], "the nearest label is `Website`");
    assert_eq!(
        helps[0],
        "if the workspace calls it `Full Name`, add to its schema:\n\ncodegen:\n  rename:\n    \
         fields: { Full Name: fullname }"
    );
    assert!(
        error.to_string().starts_with("error: ")
            && error.to_string().contains("vocabulary.yaml:2:16")
    );
}

#[test]
fn unusable_vocabulary_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    for (vocabulary, rule) in [
        ("", "empty-file"),
        ("customFields: []\n", "no-fields"),
        ("customFields: [{ apiName: a, type: TXT }]\n", "unknown-field-type"),
        ("fields: [{ apiName: a, type: TEXT }]\n", "unknown-section"),
    ] {
        let error = with_vocabulary(folder.path(), vocabulary).expect_err(vocabulary);
        assert_eq!(error.diagnostics()[0].rule(), rule, "{error}");
    }
}
