//! Content of a file that `pull` keeps or refuses to replace: comments of every kind, concurrent edits,
//! and responses that are larger than a schema.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use test_support::http::{Reply, Server};

use super::sync_api;

const CASE: &str = "# kept by hand: ask ops before you rename\n  customFields:\n    # the key of every lead\n    - { apiName: phone, type: PHONE, isLeadid: true }   # with country code\n";

fn replies(path: &str) -> Reply {
    Reply::ok(match path {
        "metadata" => r#"{"id":"acme"}"#,
        "custom-fields" => {
            r#"{"customFields":[{"type":"PHONE","apiName":"phone","isLeadid":true},{"type":"TEXT","apiName":"note"},{"type":"DROPDOWN","apiName":"source","options":["Web","Fair"]}]}"#
        }
        "custom-actions" => r#"{"customActions":[]}"#,
        _ => r#"{"leadStages":[]}"#,
    })
}

fn pull(server: &Server, file: &Path, more: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-telecrm"));
    command.args(["pull", "--out"]).arg(file).args(more);
    command.env("TELECRM_ENTERPRISE_ID", "acme").env("TELECRM_SYNC_TOKEN", "s3cret-t0ken");
    let output = command.env("TELECRM_SYNC_URL", server.url()).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("it exits"), text(output.stdout), text(output.stderr))
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("workspace.yaml");
    (folder, file)
}

/// Pulls over a text. Returns the new text, or `None` if the command refused and changed nothing.
fn over(server: &Server, text: &str) -> Option<String> {
    let (_folder, file) = folder();
    fs::write(&file, text).expect("written");
    let (code, _, err) = pull(server, &file, &[]);
    let new = fs::read_to_string(&file).expect("there");
    if code == 0 {
        let (again, ..) = pull(server, &file, &["--check"]);
        assert_eq!((again, &fs::read_to_string(&file).expect("there")), (0, &new), "stable");
        return Some(new);
    }
    assert_eq!((code, new.as_str()), (2, text), "{err}");
    assert!(err.contains("nothing was changed"), "{err}");
    None
}

#[test]
fn comments_stay_with_indentation_and_byte_order_mark() {
    let server = sync_api(replies);
    for text in [CASE.to_owned(), format!("\u{feff}{CASE}"), CASE.replace('\n', "\r\n")] {
        let new = over(&server, &text).expect("it is kept");
        for comment in ["# kept by hand: ask ops", "# the key of every lead", "# with country code"]
        {
            assert_eq!(new.matches(comment).count(), 1, "{comment}: {new}");
        }
        assert_eq!(new.starts_with('\u{feff}'), text.starts_with('\u{feff}'), "the mark stays");
        assert_eq!(new.contains("\r\n"), text.contains("\r\n"), "line ends stay");
    }
}

#[test]
fn comments_in_any_style_are_kept() {
    let server = sync_api(replies);
    let kept = [
        // Indentation of every kind.
        "customFields:\n- apiName: phone # 1\n  type: PHONE\n  isLeadid: true\n# 2\n- {apiName: note, type: TEXT}\n",
        "   # 1\n   customFields:\n            # 2\n            - { apiName: phone, type: PHONE, isLeadid: true }\n   codegen:\n       # 3\n       skip: [] # 4\n",
        "--- # 1\n customFields:\n  - { apiName: phone, type: PHONE, isLeadid: true } # 2\n",
        // Block scalars, with a comment after the header.
        "customFields:\n  - apiName: phone\n    type: PHONE\n    isLeadid: true\n    description: | # 1\n      text # not a comment\n  - apiName: note # 2\n    type: TEXT\n",
        "customFields:\n  - apiName: phone\n    type: PHONE\n    isLeadid: true\n    description: >- # 1\n\n      text\n    # 2\n",
        // Flow, over several lines.
        "customFields: # 1\n  [ # 2\n    { apiName: phone, type: PHONE, isLeadid: true }, # 3\n    # 4\n    { apiName: note, # 5\n      type: TEXT },\n  ] # 6\n",
        // Keys and values on different lines, quoted keys, a value that ends like a header.
        "customFields: # 1\n  - apiName: # 2\n      phone\n    type: PHONE\n    isLeadid: true # 3\n",
        "\"customFields\": # 1\n  - { 'apiName': phone, type: PHONE, isLeadid: true } # 2\n",
        "customFields:\n  - { apiName: phone, type: PHONE, isLeadid: true }\n  - apiName: source\n    type: DROPDOWN\n    options:\n      - Web # 1\n      - Fair # 2 > |\n...\n",
        "codegen:\n  rename:\n    fields: # 1\n      # 2\n      note: remark # 3\n",
        "# 1\n\n# 2\n",
    ];
    for text in kept {
        let new = over(&server, text).unwrap_or_else(|| panic!("refused:\n{text}"));
        for number in 1..=6 {
            let comment = format!("# {number}");
            assert_eq!(
                new.matches(&comment).count(),
                text.matches(&comment).count(),
                "{text}\n{new}"
            );
        }
    }
    // Either kept or refused, never lost.
    for text in [
        "{ customFields: [{ apiName: phone, type: PHONE, isLeadid: true }] } # 1\n",
        "{\n  # 1\n  customFields: [],\n  codegen: { skip: [] }\n}\n",
        "? customFields # 1\n: - { apiName: phone, type: PHONE, isLeadid: true }\n",
        "customFields:\n  - { apiName: &a phone, type: PHONE, isLeadid: true }\ncodegen:\n  # 1\n  rename: { fields: { *a : tel } }\n",
        "!!map\ncustomFields: [] # 1\n",
        "customFields: []\r# 1\r",
    ] {
        if let Some(new) = over(&server, text) {
            assert!(new.contains("# 1"), "{text}\n{new}");
        }
    }
}

#[test]
fn concurrent_edit_is_not_overwritten() {
    let (_folder, file) = folder();
    for before in [Some("customFields: []\n"), None] {
        let _ = fs::remove_file(&file);
        if let Some(text) = before {
            fs::write(&file, text).expect("written");
        }
        let edited = file.clone();
        let server = sync_api(move |path| {
            fs::write(&edited, "# saved meanwhile\ncustomFields: []\n").expect("written");
            replies(path)
        });
        let (code, _, err) = pull(&server, &file, &[]);
        assert_eq!(code, 2, "{err}");
        assert!(
            err.contains("was changed by another program") && err.contains("run this"),
            "{err}"
        );
        let text = fs::read_to_string(&file).expect("there");
        assert_eq!(text, "# saved meanwhile\ncustomFields: []\n");
    }
    assert_eq!(fs::read_dir(file.parent().expect("a folder")).expect("it").count(), 1);
}

#[test]
fn responses_larger_than_a_schema_are_refused_before_parsing() {
    for body in [
        format!("{{\"customFields\":[{}[]]}}", "[],".repeat(1_000_000)),
        format!("{{\"customFields\":{}", "[".repeat(1_000_000)),
        format!("{{\"customFields\":[\"{}\"]}}", "a".repeat(33 * 1024 * 1024)),
    ] {
        let server = sync_api(move |path| match path {
            "custom-fields" => Reply::ok(body.clone()),
            other => replies(other),
        });
        let (_folder, file) = folder();
        let (code, _, err) = pull(&server, &file, &[]);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains("larger than a schema"), "{err}");
        assert!(!file.exists());
    }
    // Content that fits into a response may still be larger than a schema file.
    let server = sync_api(|path| match path {
        "custom-fields" => {
            let field = format!(
                "{{\"apiName\":\"a\",\"type\":\"TEXT\",\"description\":\"{}\"}}",
                "a".repeat(1 << 20)
            );
            Reply::ok(format!("{{\"customFields\":[{}{field}]}}", format!("{field},").repeat(16)))
        }
        other => replies(other),
    });
    let (_folder, file) = folder();
    let (code, _, err) = pull(&server, &file, &[]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("larger than a schema"), "{err}");
}

#[test]
fn unknown_types_are_skipped_on_request_with_a_comment() {
    let server = sync_api(|path| match path {
        "custom-fields" => Reply::ok(
            r#"{"customFields":[{"type":"PHONE","apiName":"phone","isLeadid":true},{"type":"GEO","apiName":"place: x"}]}"#,
        ),
        "custom-actions" => Reply::ok(
            r#"{"customActions":[{"code":"ACTION_1","displayName":"Visit","fieldSchema":{"where":{"type":"MAP"}}}]}"#,
        ),
        other => replies(other),
    });
    for text in
        [None, Some("codegen:\n  # why\n  skip: # these\n    - old # gone\n"), Some("# top\n")]
    {
        let (_folder, file) = folder();
        if let Some(text) = text {
            fs::write(&file, text).expect("written");
        }
        let (code, _, err) = pull(&server, &file, &["--skip-unknown"]);
        assert_eq!(code, 0, "{err}");
        let new = fs::read_to_string(&file).expect("there");
        assert!(new.contains("    - \"place: x\" # GEO\n    - ACTION_1.where # MAP\n"), "{new}");
        if let Some(text) = text {
            for comment in text.match_indices('#').map(|(at, _)| text[at..].lines().next()) {
                assert!(new.contains(comment.expect("a line")), "{comment:?}: {new}");
            }
        } else {
            assert!(new.contains("--skip-unknown`.\n  skip:\n"), "{new}");
            assert!(!err.contains("error"), "{err}");
        }
        let (code, ..) = pull(&server, &file, &["--skip-unknown"]);
        assert_eq!((code, fs::read_to_string(&file).expect("there")), (0, new), "stable");
    }
}

#[test]
fn drift_compares_meaning_in_every_format() {
    let server = sync_api(replies);
    let (_folder, file) = folder();
    let equal = "customFields:\n- apiName: phone\n  type: phone\n  isLeadid: true\n- {type: Text, apiName: note}\n- {apiName: source, type: DROPDOWN, options: [Web, Fair]}\n";
    fs::write(&file, equal).expect("written");
    for format in ["human", "json", "github"] {
        let (code, out, err) = pull(&server, &file, &["--check", "--format", format]);
        assert_eq!(code, 0, "{out}{err}");
        assert!(err.contains("describes the same workspace"), "{err}");
    }
    // Additive for code: a field of telecrm that the file does not have.
    fs::write(&file, equal.replace("- {type: Text, apiName: note}\n", "")).expect("written");
    let check = |more: &[&str]| pull(&server, &file, &[&["--check"], more].concat());
    assert_eq!(check(&[]).0, 1);
    assert_eq!(check(&["--fail-on", "any"]).0, 1);
    assert_eq!(check(&["--fail-on", "breaking"]).0, 0);
    let json: serde_json::Value =
        serde_json::from_str(&check(&["--format", "json"]).1).expect("JSON");
    assert_eq!(
        (&json["verdict"], &json["rows"][0]["path"]),
        (&"additive".into(), &"fields.note".into())
    );
    let (_, out, _) = check(&["--format", "github"]);
    assert!(
        out.starts_with("::warning file=") && out.contains("title=added::fields.note"),
        "{out}"
    );
    // Breaking: a label that telecrm no longer has.
    fs::write(&file, equal.replace("Fair]", "Fair, Gone]")).expect("written");
    assert_eq!(check(&["--fail-on", "breaking"]).0, 1);
    // The file is not a complete schema.
    for text in ["customFields: []\n", "customFields: [{ apiName: a, type: GEO }]\n"] {
        fs::write(&file, text).expect("written");
        let (code, out, _) = check(&["--format", "json", "--fail-on", "breaking"]);
        assert_eq!(code, 1, "{out}");
        assert!(out.contains("\"unreadable\""), "{out}");
    }
    fs::remove_file(&file).expect("removed");
    assert_eq!(check(&["--format", "github"]).0, 1);
    assert!(!file.exists());
}

#[test]
fn control_characters_of_responses_are_escaped() {
    let hostile = r"a\u001b[31m\u202e\u009b\u0007b";
    let server = sync_api(move |path| match path {
        "metadata" => Reply::ok(format!(r#"{{"id":"{hostile}","name":"{hostile}"}}"#)),
        "custom-fields" => Reply::ok(format!(
            r#"{{"customFields":[{{"type":"PHONE","apiName":"phone","isLeadid":true}},{{"type":"{hostile}","apiName":"{hostile}","{hostile}":1}}],"{hostile}":2}}"#
        )),
        other => replies(other),
    });
    let (_folder, file) = folder();
    let own = "enterprise: { id: \"x\\e[1m\u{202e}\" }\n# a \u{202e} comment\ncustomFields: []\n";
    for more in [
        &["--check"][..],
        &["--check", "--format", "json"],
        &["--check", "--format", "github"],
        &[],
    ] {
        fs::write(&file, own).expect("written");
        let (_, out, err) = pull(&server, &file, more);
        let bad = |character: char| {
            character != '\n' && (character.is_control() || character == '\u{202e}')
        };
        assert!(!out.contains(bad) && !err.contains(bad), "{more:?}: {out:?} {err:?}");
    }
}
