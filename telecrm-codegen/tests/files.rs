//! Files that cannot be read, and mistakes of a build script in addition to mistakes of the schema.

use std::path::Path;

use telecrm_codegen::{Config, Error};

const SCHEMA: &str = "customFields: [{ apiName: phone, type: PHONE, isLeadid: true }]\n";

fn compile(path: &Path) -> Error {
    let out_dir = std::env::temp_dir().join("telecrm-codegen-never-written");
    Config::new().out_dir(out_dir).compile(path).expect_err("this is no schema")
}

#[track_caller]
fn report(error: &Error, folder: &Path, expected: &str) {
    let folder = format!("{}/", folder.display());
    assert_eq!(error.to_string().replace(&folder, ""), expected);
}

#[test]
fn a_missing_file() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    report(
        &compile(&folder.path().join("workspace.yaml")),
        folder.path(),
        "error: the schema cannot be read: there is no such file\n\
         --> workspace.yaml\n \
         = help: the path is relative to the folder that this runs in; for a build script that is \
         the folder of the package's Cargo.toml",
    );
}

#[test]
fn a_folder() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("schemas");
    std::fs::create_dir(&path).expect("the folder can be written to");
    report(
        &compile(&path),
        folder.path(),
        "error: the schema is a folder, not a regular file\n--> schemas\n = help: name the YAML file",
    );
}

#[test]
fn bytes_that_are_no_text() {
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
fn a_huge_file_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("workspace.yaml");
    // A sparse file of a terabyte, which fits into no memory: the report shows its size only if the size
    // was compared with the limit before the content was read.
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
fn an_attribute_that_is_none() {
    let error = Config::new().attribute("Lead", "derive(Eq)").generate(SCHEMA);
    assert_eq!(
        error.expect_err("no attribute").to_string(),
        "error: `derive(Eq)`, given for `Lead`, is not a Rust attribute\n--> schema.yaml\n \
         = help: `Config::attribute` takes whole attributes, such as \"#[derive(Eq)]\""
    );
}

#[test]
fn an_attribute_on_a_type_that_is_not_generated() {
    let error = Config::new().attribute("SiteVisit", "#[derive(Eq)]").generate(SCHEMA);
    assert_eq!(
        error.expect_err("no such type").to_string(),
        "error: `Config::attribute` names `SiteVisit`, which is no generated type\n--> schema.yaml\n \
         = help: types are named as in the generated code: `Lead`, `SiteVisit`, `options::Status`"
    );
}

#[test]
fn an_attribute_stands_on_its_type() {
    let generated = Config::new()
        .attribute("Lead", "#[derive(Eq)]")
        .attribute("Lead", "#[cfg(unix)]")
        .generate(SCHEMA)
        .expect("the schema holds");
    let attributes = "#[derive(Eq)]\n#[cfg(unix)]\npub struct Lead {";
    assert!(generated.code.contains(attributes), "{}", generated.code);
}

#[test]
fn a_runtime_path_that_is_none() {
    let error = Config::new().runtime_path("crm-rt").generate(SCHEMA);
    assert_eq!(
        error.expect_err("a dash").to_string(),
        "error: `crm-rt` is not the path of a crate or module\n--> schema.yaml\n \
         = help: `Config::runtime_path` takes the name that the dependency has in Rust, such as \"crm_rt\""
    );
}

#[test]
fn d40_two_schemas_into_one_file_are_refused_and_under_two_names_are_not() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let [acme, globex] = ["acme", "globex"].map(|name| {
        let schema = folder.path().join(name).join("workspace.yaml");
        std::fs::create_dir(folder.path().join(name)).expect("writable");
        std::fs::write(&schema, SCHEMA).expect("writable");
        schema
    });
    let config = || Config::new().out_dir(folder.path());
    config().compile(&acme).expect("the first");
    config().compile(&acme).expect("the same again");
    let error = config().compile(&globex).expect_err("two schemas in one file");
    assert_eq!(error.diagnostics()[0].rule(), "two-schemas-in-one-file");
    let message = error.diagnostics()[0].message();
    for schema in [&acme, &globex] {
        assert!(message.contains(&*schema.to_string_lossy()), "{message}");
    }
    config().module_name("globex").compile(&globex).expect("another name");
    let error = config().module_name("globex").compile(&acme).expect_err("the other way round");
    assert!(error.to_string().contains("`Config::new().module_name(\"acme\")"), "{error}");
}

#[test]
fn a_folder_that_cannot_be_written_to() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let schema = folder.path().join("workspace.yaml");
    std::fs::write(&schema, SCHEMA).expect("the folder can be written to");
    // A file stands where the folder should be.
    let error = Config::new().out_dir(schema.join("out")).compile(&schema);
    let error = error.expect_err("no folder").to_string();
    assert!(error.starts_with("error: the generated code cannot be written: "), "{error}");
}

#[test]
fn the_file_is_named_as_the_schema_or_as_asked() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let schema = folder.path().join("acme.yaml");
    std::fs::write(&schema, SCHEMA).expect("the folder can be written to");
    Config::new().out_dir(folder.path()).compile(&schema).expect("the schema holds");
    Config::new().out_dir(folder.path()).module_name("crm").compile(&schema).expect("the same");
    let acme = std::fs::read_to_string(folder.path().join("acme.rs")).expect("it was written");
    let crm = std::fs::read_to_string(folder.path().join("crm.rs")).expect("it was written");
    assert_eq!(acme, crm);
    assert!(acme.starts_with("// @generated by telecrm-codegen from acme.yaml."));
    assert!(!acme.contains(&*folder.path().to_string_lossy()), "a path of this machine");
}

#[test]
fn there_is_no_out_dir_outside_of_a_build_script() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let schema = folder.path().join("acme.yaml");
    std::fs::write(&schema, SCHEMA).expect("the folder can be written to");
    let error = telecrm_codegen::compile(&schema).expect_err("no OUT_DIR");
    assert_eq!(error.diagnostics()[0].rule(), "no-out-dir");
}

#[test]
fn a_file_name_is_harmless_in_code_and_on_a_terminal() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let name = "a\n}; compile_error!(\"*\");\u{202E}\u{1B}[31m.yaml";
    let folder = folder.path().join("/*\n*".trim_start_matches('/'));
    std::fs::create_dir(&folder).expect("writable");
    let schema = folder.join(name);
    std::fs::write(&schema, SCHEMA).expect("writable");
    let generated = Config::new().generate_file(&schema).expect("a good schema");
    let header = generated.code.lines().next().expect("a header");
    assert!(header.starts_with("// @generated by telecrm-codegen from a\\u{a}}; "), "{header}");
    assert!(header.ends_with("Changes here are lost: change the schema."), "{header}");
    assert!(!generated.code.contains(['\u{202E}', '\u{1B}']));
    syn::parse_file(&generated.code).expect("Rust");

    std::fs::write(&schema, "customFields: \u{1B}[31m\u{202E}x\u{7}\n").expect("writable");
    let error = Config::new().generate_file(&schema).expect_err("no schema");
    let shown = format!("{error}\n{error:?}");
    assert!(!shown.contains(['\u{202E}', '\u{1B}', '\u{7}']), "{shown:?}");
}
