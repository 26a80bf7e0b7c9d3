//! `cargo telecrm diff`, through the built binary: exit codes, formats, colors, and files that are not
//! valid schemas.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

const OLD: &str = "customFields:\n  - { apiName: phone, type: PHONE, isLeadid: true }\n  \
                   - { apiName: deal_size, type: NUMBER }\n";
const ADDED: &str = "  - { apiName: city, type: TEXT }\n";

/// A folder with `old.yaml`, `same.yaml`, `more.yaml`, `less.yaml` and `bad.yaml`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("the folder is writable");
    };
    write("old.yaml", OLD);
    write("same.yaml", &format!("# Only a comment.\n{OLD}"));
    write("more.yaml", &format!("{OLD}{ADDED}"));
    write("less.yaml", &format!("{}{ADDED}", OLD.replace("NUMBER", "MONEY")));
    write("bad.yaml", &OLD.replace("NUMBER", "NUMBRE"));
    folder
}

fn diff(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-telecrm"));
    command.current_dir(folder).args(["telecrm", "diff"]).args(arguments);
    command.env_remove("CLICOLOR_FORCE").env_remove("NO_COLOR");
    command
}

#[test]
fn no_difference_is_0() {
    let folder = folder();
    let assert = diff(folder.path(), &["old.yaml", "same.yaml"]).assert();
    assert.code(0).stdout("").stderr("no difference\n");
}

#[test]
fn additive_changes_are_1() {
    let folder = folder();
    let assert = diff(folder.path(), &["old.yaml", "more.yaml"]).assert();
    assert
        .code(1)
        .stdout("additive  fields.city  added: TEXT, set by `Lead::city`\n")
        .stderr("0 breaking, 1 additive, 0 to note\n");
}

#[test]
fn breaking_changes_are_2_and_listed_first() {
    let folder = folder();
    let assert = diff(folder.path(), &["more.yaml", "less.yaml"]).assert();
    assert.code(2).stderr("1 breaking, 0 additive, 0 to note\n").stdout(
        "breaking  fields.deal_size  retyped: NUMBER → MONEY; build its values with the new type, \
         telecrm drops values of the wrong type\n",
    );
    let named = format!("enterprise: {{ name: Acme }}\n{}{ADDED}", OLD.replace("NUMBER", "MONEY"));
    std::fs::write(folder.path().join("named.yaml"), named).expect("the folder is writable");
    let output = diff(folder.path(), &["old.yaml", "named.yaml"]).output().expect("it runs");
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let words: Vec<_> = output.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(words, ["breaking", "additive", "note"]);
}

#[test]
fn failures_and_wrong_usage_are_3() {
    let folder = folder();
    let bad = diff(folder.path(), &["old.yaml", "bad.yaml"]).assert().code(3).stdout("");
    let stderr = String::from_utf8_lossy(&bad.get_output().stderr).into_owned();
    assert!(
        stderr.contains("bad.yaml:3:33") && stderr.contains("did you mean `NUMBER`?"),
        "{stderr}"
    );
    assert!(stderr.contains("error: bad.yaml cannot be used as a schema\nhint: "), "{stderr}");
    let none = diff(folder.path(), &["nowhere.yaml", "old.yaml"]).assert().code(3).stdout("");
    let stderr = String::from_utf8_lossy(&none.get_output().stderr).into_owned();
    assert!(stderr.contains("error: nowhere.yaml: the schema cannot be read: "), "{stderr}");
    for usage in [&[][..], &["old.yaml"], &["old.yaml", "old.yaml", "--format", "xml"]] {
        diff(folder.path(), usage).assert().code(3).stdout("");
    }
    diff(folder.path(), &["--help"]).assert().code(0);
}

#[test]
fn json_is_one_object_with_stable_keys() {
    let folder = folder();
    let json = |old, new| -> Value {
        let output = diff(folder.path(), &[old, new, "--format", "json"]).output();
        serde_json::from_slice(&output.expect("it runs").stdout).expect("JSON")
    };
    assert_eq!(json("old.yaml", "same.yaml"), serde_json::json!({ "verdict": "none", "rows": [] }));
    let breaking = json("old.yaml", "less.yaml");
    assert_eq!(breaking["verdict"], "breaking");
    let row = &breaking["rows"][0];
    let keys: Vec<_> = row.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["kind", "path", "breaks_code", "drops_values", "message"]);
    assert_eq!((&row["kind"], &row["path"]), (&"retyped".into(), &"fields.deal_size".into()));
    assert_eq!((&row["breaks_code"], &row["drops_values"]), (&true.into(), &true.into()));
    let help = diff(folder.path(), &["--help"]).output().expect("it runs");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for key in keys {
        assert!(help.contains(key.as_str()), "`{key}` is not in the help");
    }
}

#[test]
fn colors_are_for_terminals_without_no_color() {
    let folder = folder();
    let with = |name: &str| {
        let mut command = diff(folder.path(), &["old.yaml", "less.yaml"]);
        let output = command.env("CLICOLOR_FORCE", "1").env(name, "1").output();
        String::from_utf8_lossy(&output.expect("it runs").stdout).into_owned()
    };
    assert!(with("UNRELATED").contains('\u{1b}'));
    assert!(!with("NO_COLOR").contains('\u{1b}'));
}

#[test]
fn control_characters_of_a_schema_are_escaped() {
    let folder = folder();
    let hostile = format!("{OLD}  - {{ apiName: \"a\\e[31m\\u202e\\nb\", type: TEXT }}\n");
    std::fs::write(folder.path().join("new.yaml"), hostile).expect("the folder is writable");
    let output = diff(folder.path(), &["old.yaml", "new.yaml"]).output().expect("it runs");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        stdout.starts_with("additive  fields.a\\u{1b}[31m\\u{202e}\\u{a}b  added: "),
        "{stdout}"
    );
    assert_eq!(stdout.lines().count(), 1);
}

#[test]
fn fail_on_selects_the_changes_that_fail() {
    let folder = folder();
    for (new, on, code) in [
        ("same.yaml", "any", 0),
        ("more.yaml", "any", 1),
        ("more.yaml", "breaking", 0),
        ("less.yaml", "breaking", 1),
        ("less.yaml", "any", 1),
        ("bad.yaml", "any", 3),
    ] {
        diff(folder.path(), &["old.yaml", new, "--fail-on", on]).assert().code(code);
    }
}

#[test]
fn annotations_and_markdown_have_a_line_for_each_change() {
    let folder = folder();
    let of = |format: &str| {
        let output = diff(folder.path(), &["old.yaml", "less.yaml", "--format", format]).output();
        String::from_utf8(output.expect("it runs").stdout).expect("UTF-8")
    };
    let lines = of("github");
    assert_eq!(lines.lines().count(), 2, "{lines}");
    let first = lines.lines().next().unwrap_or_default();
    assert!(first.starts_with("::error file=less.yaml,line="), "{first}");
    assert!(first.contains(",title=retyped::fields.deal_size retyped: NUMBER → MONEY"), "{first}");
    assert!(lines.contains("::warning file=less.yaml,line="), "{lines}");
    let table = of("markdown");
    assert!(
        table.starts_with("**telecrm schema: 1 breaking, 1 additive, 0 to note**\n"),
        "{table}"
    );
    assert!(
        table.contains("| breaking | retyped | `fields.deal_size` | NUMBER → MONEY;"),
        "{table}"
    );
}

/// A repository whose one commit has `old.yaml` under the name `schema.yaml`.
fn repository() -> tempfile::TempDir {
    let folder = folder();
    std::fs::copy(folder.path().join("old.yaml"), folder.path().join("schema.yaml"))
        .expect("copied");
    for arguments in [
        &["init", "-q", "-b", "main"][..],
        &["add", "schema.yaml"],
        &["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-q", "-m", "one"],
    ] {
        let mut git = std::process::Command::new("git");
        git.current_dir(folder.path()).args(arguments);
        assert!(git.status().expect("git runs").success(), "{arguments:?}");
    }
    std::fs::copy(folder.path().join("less.yaml"), folder.path().join("schema.yaml"))
        .expect("copied");
    folder
}

#[test]
fn file_is_compared_with_a_revision() {
    let folder = repository();
    diff(folder.path(), &["--against", "main", "schema.yaml"]).assert().code(2);
    diff(folder.path(), &["--against", "HEAD", "--fail-on", "breaking", "schema.yaml"])
        .assert()
        .code(1);
    std::fs::copy(folder.path().join("same.yaml"), folder.path().join("schema.yaml"))
        .expect("copied");
    diff(folder.path(), &["--against", "main", "schema.yaml"]).assert().code(0);
    // From another folder, and with the project's default path.
    std::fs::create_dir(folder.path().join("below")).expect("made");
    diff(&folder.path().join("below"), &["--against", "main", "../schema.yaml"]).assert().code(0);
    let manifest =
        "[package]\nname = \"a\"\n[package.metadata.telecrm]\nschema = \"schema.yaml\"\n";
    std::fs::write(folder.path().join("Cargo.toml"), manifest).expect("written");
    for at in [folder.path().to_owned(), folder.path().join("below")] {
        diff(&at, &["--against", "main"]).assert().code(0);
    }
}

#[test]
fn file_that_the_revision_does_not_contain_is_added_as_a_whole() {
    let repository = repository();
    let against = |more: &[&str]| {
        let arguments = [&["--against", "main", "more.yaml"][..], more].concat();
        diff(repository.path(), &arguments).assert()
    };
    let assert = against(&[]).code(1).stdout(
        "additive  fields.phone  added: PHONE, the lead identifier, which `Lead::new` requires\n\
         additive  fields.deal_size  added: NUMBER, set by `Lead::deal_size`\n\
         additive  fields.city  added: TEXT, set by `Lead::city`\n",
    );
    let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(stderr.contains("the revision `main` has no more.yaml"), "{stderr}");
    against(&["--fail-on", "breaking", "--format", "github"]).code(0);
    against(&["--fail-on", "any", "--format", "markdown"]).code(1);
}

#[test]
fn label_without_ids_that_looks_renamed_is_suggested_under_formerly() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, options: &str| {
        let text = format!(
            "customFields:\n  - {{ apiName: phone, type: PHONE, isLeadid: true }}\n  \
             - {{ apiName: source, type: DROPDOWN, options: {options} }}\n"
        );
        std::fs::write(folder.path().join(name), text).expect("written");
    };
    write("old.yaml", "[Walk-in, 'Cold: Call', Web]");
    for (new, suggestion) in [
        ("[Walk in, 'Cold: Call', Web]", Some(("Walk in", "Walk-in"))),
        ("[Walk-in, Telephone, Web]", Some(("Telephone", "\"Cold: Call\""))),
        ("[Walk-in, Cold Calls, Fair, Web]", Some(("Cold Calls", "\"Cold: Call\""))),
        ("[Walk-in, Telephone, Fair, Web]", None),
        ("[{ id: o1, label: Walk-in }, Web]", None),
    ] {
        write("new.yaml", new);
        let assert = diff(folder.path(), &["old.yaml", "new.yaml"]).assert().code(2);
        let stdout = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
        assert_eq!(stdout.contains(" is its new label, "), suggestion.is_some(), "{new}: {stdout}");
        let Some((label, former)) = suggestion else { continue };
        let advice = format!("if `{label}` is its new label, add `formerly: [{former}]`");
        assert!(stdout.contains(&advice), "{advice}: {stdout}");
        // The advice is valid: the label is then relabelled, and its old name still compiles.
        let corrected = new.replace(label, &format!("{{ label: {label}, formerly: [{former}] }}"));
        write("new.yaml", &corrected);
        let assert = diff(folder.path(), &["old.yaml", "new.yaml"]).assert();
        let stdout = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
        assert!(stdout.contains("relabelled"), "{corrected}: {stdout}");
        assert!(!stdout.contains(" removed: "), "{corrected}: {stdout}");
    }
}

#[test]
fn missing_file_or_revision_is_exit_3() {
    let repository = repository();
    let plain = folder();
    for (folder, arguments, message) in [
        (&plain, ["--against", "main", "old.yaml"], "is not in a git repository"),
        (&repository, ["--against", "nowhere", "schema.yaml"], "has no revision `nowhere`"),
        (&repository, ["--against", "--output=x", "schema.yaml"], ""),
        (&repository, ["--against=-x", "schema.yaml", "--fail-on=any"], "is not a git revision"),
        (&repository, ["--against", "main", "none.yaml"], "none.yaml cannot be read"),
        (&repository, ["--against", "main", "-"], "not standard input"),
    ] {
        let mut command = diff(folder.path(), &arguments);
        // The temporary folder may be inside another repository.
        command.env("GIT_CEILING_DIRECTORIES", std::env::temp_dir());
        let assert = command.assert().code(3).stdout("");
        let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(stderr.contains(message), "{message}: {stderr}");
    }
}

#[test]
fn annotation_has_the_line_of_the_change() {
    let folder = folder();
    let new = format!("{OLD}  - apiName: source\n    type: DROPDOWN\n    options: [Web, Fair]\n");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("the folder is writable");
    };
    write("a.yaml", &new.replace("NUMBER", "MONEY"));
    write("b.yaml", &new.replace("Fair", "Expo"));
    let output = diff(folder.path(), &["a.yaml", "b.yaml", "--format", "github"]).output();
    let lines = String::from_utf8(output.expect("it runs").stdout).expect("UTF-8");
    for (place, change) in [
        ("line=3,col=16", "fields.deal_size retyped"),
        ("line=6,col=20", "options.source.Expo added"),
        ("line=4,col=14", "options.source.Fair removed"),
    ] {
        let line = lines.lines().find(|line| line.contains(change)).expect("a line for it");
        assert!(line.contains(&format!("file=b.yaml,{place},")), "{place}: {line}");
    }
}
