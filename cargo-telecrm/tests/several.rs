//! Commands for the several schemas of a project: one report, and no schema stops another.

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use telecrm_emulator::Emulator;
use tempfile::TempDir;

const SCHEMAS: &str =
    "[package]\nname = \"a\"\n[package.metadata.telecrm]\nschemas = [\"schema/*.yaml\"]\n";

fn schema(enterprise: &str, field: &str) -> String {
    format!(
        "enterprise: {{ id: {enterprise}, name: {enterprise} }}\ncustomFields:\n  \
         - {{ apiName: phone, type: PHONE, isLeadid: true }}\n  \
         - {{ apiName: {field}, type: TEXT }}\n\
         codegen:\n  env: {}_\n",
        enterprise.to_uppercase()
    )
}

/// A project with the schemas of `acme`, `broken` and `gupta`, in a repository.
fn project() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("schema")).expect("created");
    write(&folder, "Cargo.toml", SCHEMAS);
    for enterprise in ["acme", "broken", "gupta"] {
        write(&folder, &format!("schema/{enterprise}.yaml"), &schema(enterprise, "city"));
    }
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    git(folder.path(), &[&identity[..], &["commit", "--quiet", "-m", "schemas"]].concat());
    folder
}

fn git(folder: &Path, arguments: &[&str]) {
    let status = std::process::Command::new("git").current_dir(folder).args(arguments).status();
    assert!(status.expect("git runs").success(), "{arguments:?}");
}

fn write(folder: &TempDir, name: &str, text: &str) {
    fs::write(folder.path().join(name), text).expect("written");
}

fn telecrm(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-telecrm"));
    command.current_dir(folder.path()).arg("telecrm").args(arguments);
    command.env_remove("CLICOLOR_FORCE").env_remove("NO_COLOR");
    command
}

/// Exit code, stdout and stderr.
fn ran(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("it exits"), text(stdout), text(stderr))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn check_reports_every_schema_of_the_manifest() {
    let folder = project();
    let (code, _, err) = ran(&mut telecrm(&folder, &["check"]));
    assert_eq!((code, err.as_str()), (0, "3 files checked: 0 errors, 0 warnings\n"));
    write(&folder, "schema/broken.yaml", "customFields: 1\n");
    write(&folder, "schema/gupta.yaml", &schema("gupta", "phone"));
    let (code, out, _) = ran(&mut telecrm(&folder, &["check", "--format", "json"]));
    let paths: Vec<_> = json(&out).as_array().unwrap().iter().map(|d| d["path"].clone()).collect();
    assert!(code == 1 && paths.contains(&"schema/broken.yaml".into()), "{out}");
    assert!(paths.contains(&"schema/gupta.yaml".into()), "{out}");
}

#[test]
fn diff_against_a_revision_is_one_report_and_continues_after_a_failure() {
    let folder = project();
    write(&folder, "schema/broken.yaml", "customFields: 1\n");
    write(&folder, "schema/gupta.yaml", &schema("gupta", "town"));
    let against = |arguments: &[&str]| {
        ran(&mut telecrm(&folder, &[&["diff", "--against", "HEAD"][..], arguments].concat()))
    };
    let (code, out, err) = against(&[]);
    assert_eq!(code, 3, "{err}");
    assert!(out.starts_with("schema/gupta.yaml\nbreaking") && !out.contains("acme"), "{out}");
    for line in [
        "error: schema/broken.yaml cannot be used as a schema",
        "schema/acme.yaml: no difference",
        "schema/gupta.yaml: 1 breaking, 1 additive, 0 to note",
        "error: 1 of 3 schemas failed",
    ] {
        assert!(err.contains(line), "{line}\n{err}");
    }
    let (code, out, _) = against(&["--format", "json"]);
    let report = json(&out);
    assert_eq!((code, &report["verdict"]), (3, &"breaking".into()));
    let rows = report["rows"].as_array().unwrap();
    let found: Vec<_> = rows
        .iter()
        .map(|row| (&row["file"], &row["kind"]))
        .map(|(f, k)| format!("{f} {k}"))
        .collect();
    assert_eq!(found[0], "\"schema/broken.yaml\" \"unreadable\"");
    assert!(found[1..].iter().all(|row| row.starts_with("\"schema/gupta.yaml\"")), "{found:?}");
    let (_, out, _) = against(&["--format", "github"]);
    assert!(out.contains("file=schema/gupta.yaml") && out.contains("file=schema/broken.yaml"));
    let (_, out, _) = against(&["--format", "markdown"]);
    assert!(out.contains("### schema/acme.yaml\n\n**telecrm schema: no difference**"), "{out}");

    // Only the given files count.
    let (code, out, err) = against(&["schema/acme.yaml"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", "no difference\n"));
    let (code, _, _) = against(&["schema/acme.yaml", "schema/gupta.yaml", "--fail-on", "breaking"]);
    assert_eq!(code, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_writes_every_schema_with_the_variables_of_its_prefix() {
    let folder = project();
    let mut emulators = Vec::new();
    for (enterprise, field) in [("acme", "town"), ("gupta", "city")] {
        let yaml = schema(enterprise, field);
        emulators.push((enterprise, Emulator::builder().schema_yaml(&yaml).start().await.unwrap()));
    }
    let pull = |arguments: &[&str]| {
        let mut command = telecrm(&folder, &[&["pull"][..], arguments].concat());
        for (enterprise, telecrm) in &emulators {
            let name = |variable| format!("{}_TELECRM_{variable}", enterprise.to_uppercase());
            command.env(name("ENTERPRISE_ID"), telecrm.enterprise_id());
            command.env(name("SYNC_TOKEN"), telecrm.sync_token());
            command.env(name("SYNC_URL"), telecrm.sync_url());
        }
        ran(&mut command)
    };
    // The variables of `broken` are missing, which stops no other schema.
    let (code, out, err) = pull(&["--check"]);
    assert_eq!(code, 2, "{err}");
    assert!(out.starts_with("schema/acme.yaml\nbreaking"), "{out}");
    for line in [
        "schema/acme.yaml is out of date",
        "schema/broken.yaml: the environment variable BROKEN_TELECRM_ENTERPRISE_ID is not set",
        "schema/gupta.yaml describes the same workspace",
        "1 of 3 schemas failed",
    ] {
        assert!(err.contains(line), "{line}\n{err}");
    }
    let (code, out, _) = pull(&["--check", "--format", "json"]);
    let report = json(&out);
    assert_eq!((code, &report["verdict"]), (2, &"breaking".into()));
    assert!(report["rows"].as_array().unwrap().iter().any(|row| row["kind"] == "unreadable"));

    let files = ["schema/acme.yaml", "schema/gupta.yaml"];
    assert_eq!(pull(&[&["--check"][..], &files].concat()).0, 1);
    let (code, _, err) = pull(&files);
    assert_eq!(code, 0, "{err}");
    let written = fs::read_to_string(folder.path().join("schema/acme.yaml")).unwrap();
    assert!(written.contains("town") && written.contains("env: ACME_"), "{written}");
    assert_eq!(pull(&["--check", "--out", files[0], "--out", files[1]]).0, 0);
}

#[test]
fn pull_refuses_two_schemas_with_the_same_variables_and_a_token_for_several() {
    let folder = project();
    let plain = schema("acme", "city").replace("codegen:\n  env: ACME_\n", "");
    write(&folder, "schema/acme.yaml", &plain);
    write(&folder, "schema/gupta.yaml", &plain);
    let (code, _, err) = ran(telecrm(&folder, &["pull"]).env_clear());
    assert_eq!(code, 2);
    assert!(
        err.contains("schema/gupta.yaml and schema/acme.yaml have the same environment variables"),
        "{err}"
    );
    assert_eq!(fs::read_to_string(folder.path().join("schema/gupta.yaml")).unwrap(), plain);
    let (code, _, err) = ran(&mut telecrm(&folder, &["pull", "--token-file", "token"]));
    assert!(code == 2 && err.contains("--token-file has the token of one workspace"), "{err}");
}

#[cfg(unix)]
#[test]
fn emulate_serves_every_schema_and_sets_the_variables_of_each_prefix() {
    let folder = project();
    let script = "echo $ACME_TELECRM_ENTERPRISE_ID $GUPTA_TELECRM_ENTERPRISE_ID; \
                  test \"$ACME_TELECRM_ASYNC_URL\" = \"$GUPTA_TELECRM_ASYNC_URL\"";
    let emulate = |files: &[&str]| {
        let command = ["--format", "json", "--", "sh", "-c", script];
        ran(&mut telecrm(&folder, &[&["emulate"][..], files, &command].concat()))
    };
    let (code, out, err) = emulate(&["schema/acme.yaml", "schema/gupta.yaml"]);
    assert_eq!(code, 0, "{err}");
    let (announced, echoed) = out.split_once('\n').unwrap();
    let announced = json(announced);
    assert_eq!(announced["enterprise_ids"], serde_json::json!(["acme", "gupta"]));
    assert_eq!(announced["env"]["GUPTA_TELECRM_ENTERPRISE_ID"], "gupta");
    assert_eq!(echoed, "acme gupta\n");
    // Without files, the schemas of the manifest.
    let (_, out, _) = emulate(&[]);
    assert!(out.contains(r#""enterprise_ids":["acme","broken","gupta"]"#), "{out}");
    let (code, _, err) = emulate(&["schema/acme.yaml", "schema/acme.yaml"]);
    assert!(code == 2 && err.contains("two workspaces have the enterprise id `acme`"), "{err}");
}

#[test]
fn schemas_of_the_manifest_that_cannot_be_used_are_errors() {
    let folder = project();
    for (metadata, message) in [
        ("schemas = [\"none/*.yaml\"]", "matches no file with `none/*.yaml`"),
        ("schemas = []", "`schemas` of [package.metadata.telecrm] in Cargo.toml is not a list"),
        ("schemas = [1]", "is not a list of strings"),
        ("schemas = [\"a[\", \"b\"]", "`a[` in `schemas` is not a pattern"),
        ("schema = \"a\"\nschemas = [\"b\"]", "`schema` and `schemas`"),
    ] {
        let manifest = format!("[package]\nname = \"a\"\n[package.metadata.telecrm]\n{metadata}\n");
        write(&folder, "Cargo.toml", &manifest);
        let (code, _, err) = ran(&mut telecrm(&folder, &["check"]));
        assert!(code == 2 && err.contains(message), "{metadata}: {err}");
    }
    // A command for one schema.
    write(&folder, "Cargo.toml", SCHEMAS);
    let (code, _, err) = ran(&mut telecrm(&folder, &["export", "json-schema"]));
    assert!(code == 2 && err.contains("the project has several schemas"), "{err}");
    assert!(
        err.contains("name one of schema/acme.yaml, schema/broken.yaml, schema/gupta.yaml"),
        "{err}"
    );
    // One that a pattern matches is the default of every command.
    write(&folder, "Cargo.toml", &SCHEMAS.replace('*', "gup*"));
    let (code, out, err) = ran(&mut telecrm(&folder, &["export", "json-schema"]));
    assert!(code == 0 && out.contains("city"), "{err}");
}
