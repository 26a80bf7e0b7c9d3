//! `cargo telecrm pull`, through the built binary: against the emulator, and against a scripted server.

mod interrupted;
mod keeps;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use telecrm_emulator::Emulator;
use telecrm_schema::Schema;
use tempfile::TempDir;
use test_support::http::{Reply, Request, Server};

const TOKEN: &str = "s3cret-t0ken";

/// The output and the exit code.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn ran(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
    let ran =
        Ran { code: status.code().expect("an exit code"), out: text(stdout), err: text(stderr) };
    assert!(!format!("{ran:?}").contains(TOKEN), "the token is never printed: {ran:?}");
    ran
}

fn command(id: &str, token: &str, url: &str, file: &Path) -> Command {
    let mut command = Command::cargo_bin("cargo-telecrm").expect("it is built");
    command
        .args(["telecrm", "pull", "--out"])
        .arg(file)
        .env("TELECRM_ENTERPRISE_ID", id)
        .env("TELECRM_SYNC_TOKEN", token)
        .env("TELECRM_SYNC_URL", url)
        .env_remove("NO_COLOR");
    command
}

/// A Sync API that replies to each path below the enterprise, such as `metadata`.
fn sync_api(reply: impl Fn(&str) -> Reply + Send + 'static) -> Server {
    Server::function(move |request| {
        let path = request.path();
        reply(path.strip_prefix("/enterprise/acme/").unwrap_or(path))
    })
}

fn pull(server: &Server, file: &Path) -> Ran {
    ran(&mut command("acme", TOKEN, &server.url(), file))
}

fn check(server: &Server, file: &Path) -> Ran {
    ran(command("acme", TOKEN, &server.url(), file).arg("--check"))
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("workspace.yaml");
    (folder, file)
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).expect("it is there")
}

/// All schemas of the repository.
fn schemas() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = fs::read_dir(root.join("telecrm-codegen/tests/schemas")).expect("schemas");
    let paths = folder.map(|entry| entry.expect("a schema").path());
    let mut schemas: Vec<_> = paths.filter(|path| path.is_file()).collect();
    schemas.push(root.join("schema/workspace.yaml"));
    assert!(schemas.len() > 6, "{schemas:?}");
    schemas
}

/// The rows of `diff` for two schemas, without the enterprise: a schema may have none.
fn differences(old: &Path, new: &Path) -> Vec<String> {
    let mut command = Command::cargo_bin("cargo-telecrm").expect("it is built");
    let ran = ran(command.args(["telecrm", "diff", "--format", "json"]).args([old, new]));
    assert!(ran.code < 3, "{ran:?}");
    let diff: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let rows = diff["rows"].as_array().expect("rows");
    let rows =
        rows.iter().filter(|row| !row["path"].as_str().expect("a path").starts_with("enterprise."));
    rows.map(ToString::to_string).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_schema_is_pulled_from_the_emulator_without_a_difference() {
    for schema in schemas() {
        let telecrm = Emulator::builder().schema_file(&schema).start().await.expect("a schema");
        let (_folder, file) = folder();
        let pull = |arguments: &[&str]| {
            let mut command =
                command(telecrm.enterprise_id(), telecrm.sync_token(), telecrm.sync_url(), &file);
            let ran = ran(command.args(arguments));
            assert!(!format!("{ran:?}").contains(telecrm.sync_token()), "{ran:?}");
            ran
        };
        // Over the schema itself: its other sections stay, and the meaning is the same.
        fs::copy(&schema, &file).expect("copied");
        let checked = pull(&["--check"]);
        assert_eq!(
            (checked.code, checked.out.as_str()),
            (0, ""),
            "{}: {checked:?}",
            schema.display()
        );
        assert!(checked.err.contains("does not contain telecrm's ids"), "{checked:?}");
        let old = read(&schema);
        assert_eq!(read(&file), old, "--check writes nothing");
        let first = pull(&[]);
        assert_eq!(first.code, 0, "{first:?}");
        assert!(!first.err.contains("warning: telecrm sent data"), "{}", first.err);
        let pulled = read(&file);
        assert_eq!(differences(&schema, &file), [""; 0], "{}\n{pulled}", schema.display());
        for again in [&[][..], &["--check"]] {
            let again = pull(again);
            assert_eq!((again.code, again.out.as_str()), (0, ""), "{again:?}");
            assert!(again.err.contains("is up to date"), "{}", again.err);
            assert_eq!(read(&file), pulled);
        }
        // The same for a new file.
        fs::remove_file(&file).expect("removed");
        assert_eq!(pull(&["--check"]).code, 1);
        assert!(!file.exists());
        assert_eq!(pull(&[]).code, 0);
        let fresh = read(&file);
        assert!(
            fresh.starts_with(
                "# yaml-language-server: $schema=workspace.schema.json\nenterprise:\n"
            )
        );
        assert_eq!(pull(&["--check"]).code, 0);
        pull(&[]);
        assert_eq!(read(&file), fresh);
    }
}

fn documented(path: &str) -> Reply {
    Reply::ok(documented_body(path))
}

/// The documented body of each endpoint.
fn documented_body(path: &str) -> &'static str {
    match path {
        "metadata" => {
            r#"{"name":"Acme","id":"acme","creationTimeStamp":1609459200000,"teamSize":"11-50","industry":"","website":"","leadIdentifierFieldId":"f1","integrations":[]}"#
        }
        "custom-fields" => {
            r#"{"customFields":[{"type":"PHONE","id":"f1","apiName":"phone","lockAfterCreate":false,"isLeadid":true,"description":"","options":[]},{"type":"DROPDOWN","id":"f2","apiName":"Source \u20b9","lockAfterCreate":true,"isLeadid":false,"description":"Where: #1\nhow","options":[{"id":"o1","label":"Yes"},{"id":"o2","label":"010"},{"id":"o3","label":"\ud83d\ude00 ok"}]},{"type":"STATUS","id":"f3","apiName":"status"}]}"#
        }
        "custom-actions" => {
            r#"{"customActions":[{"id":"a1","code":"ACTION_1001","displayName":"Site Visit","score":5,"source":"USER","icon":"pin","description":"","fieldSchema":{"note":{"type":"TEXT"},"outcome":{"type":"DROPDOWN","options":["Interested","Not Interested"]}},"displaySchema":{},"allowPredatedActivity":{"enabled":true},"quickAdd":{},"definitionType":"USER_DEFINED","createdOn":1609459200000,"createdBy":"a@b.example","modifiedOn":1609459200000,"modifiedBy":"a@b.example"},{"id":"a2","code":"INCOMING_CALL","displayName":"Incoming call","score":2,"source":"SYSTEM"}]}"#
        }
        _ => {
            r##"{"leadStages":[{"stageid":"s1","stageType":"OPEN","visibility":true,"activeStatuses":[{"statusid":"t1","label":"Fresh","color":"#00ff00"}],"archivedStatuses":[]}],"activeLeadLostReasons":[{"reasonid":"r1","reasonLabel":"Price","isDefault":true}],"archivedLeadLostReasons":[],"creationTimestamp":1609459200000,"modificationTimestamp":1609459200000,"lastModifiedBy":"a@b.example","version":3}"##
        }
    }
}

const DOCUMENTED: &str = r#"# yaml-language-server: $schema=workspace.schema.json
enterprise:
  id: acme
  name: Acme
  leadIdentifierFieldId: f1

customFields:
  - { apiName: phone, type: PHONE, isLeadid: true, id: f1 }
  - apiName: Source ₹
    type: DROPDOWN
    lockAfterCreate: true
    id: f2
    description: "Where: #1\nhow"
    options:
      - { id: o1, label: "Yes" }
      - { id: o2, label: "010" }
      - { id: o3, label: 😀 ok }
  - { apiName: status, type: STATUS, id: f3 }

customActions:
  - code: ACTION_1001
    displayName: Site Visit
    id: a1
    fieldSchema:
      note: { type: TEXT }
      outcome: { type: DROPDOWN, options: [Interested, Not Interested] }
    allowPredatedActivity: { enabled: true }
  - { code: INCOMING_CALL, displayName: Incoming call, source: SYSTEM, id: a2 }

leadStagePipeline:
  leadStages:
    - stageType: OPEN
      stageid: s1
      activeStatuses:
        - { statusid: t1, label: Fresh }
  activeLeadLostReasons:
    - { reasonid: r1, reasonLabel: Price }
"#;

#[test]
fn documented_responses_become_a_readable_file() {
    let server = sync_api(documented);
    let (_folder, file) = folder();
    let ran = pull(&server, &file);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
    let editors = file.with_file_name("workspace.schema.json");
    let written =
        format!("{} written\n{} written, for editors\n", file.display(), editors.display());
    assert_eq!(ran.err, written);
    assert_eq!(read(&file), DOCUMENTED);
    let requests = server.requests();
    let mut lines: Vec<_> = requests.iter().map(Request::line).collect();
    lines.sort_unstable();
    let under = "GET /enterprise/acme";
    assert_eq!(
        lines,
        [
            format!("{under}/custom-actions?detail=true HTTP/1.1"),
            format!("{under}/custom-fields?detail=true HTTP/1.1"),
            format!("{under}/lead-stage-pipeline HTTP/1.1"),
            format!("{under}/metadata HTTP/1.1"),
        ]
    );
    let agent = requests[0].header("user-agent").expect("a user agent");
    assert!(agent.starts_with("cargo-telecrm/"), "{agent}");
}

#[test]
fn point_3_pipeline_without_stages_is_read_as_open_with_a_message() {
    let flat = |path: &str| match path {
        "lead-stage-pipeline" => Reply::ok(
            r#"{"statuses":[{"statusid":"t1","label":"Fresh"}],"lostReasons":[{"reasonid":"r1","reasonLabel":"Price"}]}"#,
        ),
        other => documented(other),
    };
    let server = sync_api(flat);
    let (_folder, file) = folder();
    let ran = pull(&server, &file);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.err.contains("they are read as stage `OPEN`"), "{}", ran.err);
    assert_eq!(read(&file), DOCUMENTED.replace("      stageid: s1\n", ""));
}

#[test]
fn d35_drift_is_reported_and_not_written_by_check() {
    let server = sync_api(documented);
    let (_folder, file) = folder();
    let old = DOCUMENTED.replace("name: Acme", "name: Acme Corp");
    fs::write(&file, &old).expect("written");
    let ran = check(&server, &file);
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with("note      enterprise.name  described: "), "{}", ran.out);
    assert!(ran.err.contains("is out of date"), "{}", ran.err);
    assert_eq!(read(&file), old);
    assert_eq!(pull(&server, &file).out, ran.out, "a pull prints the same rows");
    assert_eq!(read(&file), DOCUMENTED);
    assert_eq!(check(&server, &file).code, 0);
}

#[test]
fn file_of_another_workspace_causes_a_warning() {
    let server = sync_api(documented);
    let (_folder, file) = folder();
    fs::write(&file, DOCUMENTED.replace("id: acme", "id: globex")).expect("written");
    let ran = check(&server, &file);
    assert!(
        ran.err.contains("is for enterprise globex, and telecrm's response is for acme"),
        "{}",
        ran.err
    );
    pull(&server, &file);
    assert!(!check(&server, &file).err.contains("warning"));
}

#[test]
fn line_ends_and_links_are_kept() {
    let server = sync_api(documented);
    let (folder, file) = folder();
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let own = "\ncodegen:\n  # kept\n  open: [Source ₹]\n";
    fs::write(&file, crlf(own)).expect("written");
    assert_eq!(pull(&server, &file).code, 0);
    let new = read(&file);
    assert_eq!(new.matches('\n').count(), new.matches("\r\n").count(), "{new:?}");
    assert!(new.contains(&crlf(&own[1..])), "{new:?}");
    assert_eq!(check(&server, &file).code, 0);
    #[cfg(unix)]
    {
        let link = folder.path().join("link.yaml");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        fs::write(&file, "").expect("written");
        assert_eq!(pull(&server, &link).code, 0);
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(read(&file), DOCUMENTED);
    }
    drop(folder);
}

#[test]
fn changed_label_of_an_id_is_listed_under_formerly() {
    let (_folder, file) = folder();
    fs::write(&file, DOCUMENTED).expect("written");
    let server = sync_api(|path| {
        let body = documented_body(path).replace("\"Fresh\"", "\"New\"");
        let body = body.replace("\"010\"", "\"011\"");
        Reply::ok(body.replace("\"Price\"", "\"Too dear\""))
    });
    assert_eq!(pull(&server, &file).code, 0);
    let new = read(&file);
    for line in [
        "- { id: o2, label: \"011\", formerly: [\"010\"] }",
        "- { statusid: t1, label: New, formerly: [Fresh] }",
        "- { reasonid: r1, reasonLabel: Too dear, formerly: [Price] }",
    ] {
        assert!(new.contains(line), "{line}\n{new}");
    }
    assert_eq!(check(&server, &file).code, 0, "and a second pull changes nothing");
    // The opposite change.
    pull(&sync_api(documented), &file);
    assert!(read(&file).contains("- { statusid: t1, label: Fresh, formerly: [New] }"));
}

#[test]
fn unknown_keys_are_reported_and_unknown_types_are_kept() {
    let server = sync_api(|path| {
        let body = documented_body(path);
        let body = body.replace("\"type\":\"STATUS\"", "\"type\":\"GEO\",\"maxItems\":3");
        let body = body.replace("\"score\":5", "\"colour\":\"red\"");
        Reply::ok(body.replace("{\"customFields\"", "{\"nextPage\":2,\"customFields\""))
    });
    let (_folder, file) = folder();
    let ran = pull(&server, &file);
    assert_eq!(ran.code, 0, "{ran:?}");
    let new = read(&file);
    assert!(new.contains("- { apiName: status, type: GEO, id: f3 }"), "{new}");
    for reported in [
        "`maxItems`",
        "`colour`",
        "nextPage in addition to `customFields`",
        "`GEO`",
        "skip: [status]",
    ] {
        assert!(ran.err.contains(reported), "{reported}: {}", ran.err);
    }
    assert!(ran.err.contains(&format!(" --> {}:", file.display())), "{}", ran.err);
    assert!(ran.err.contains("1 error in the new schema: `cargo telecrm check "), "{}", ran.err);
    // With the fields skipped, as in the hint, the file is valid and stays unchanged.
    fs::write(&file, format!("{new}\ncodegen:\n  skip: [status]\n")).expect("written");
    let ran = pull(&server, &file);
    assert_eq!(ran.code, 0);
    assert!(!ran.err.contains("error"), "{}", ran.err);
    assert!(Schema::from_file(&file).is_ok());
}

type Replies = Box<dyn Fn(&str) -> Reply + Send>;

#[test]
fn old_file_stays_unchanged_after_any_failure() {
    let refusal = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"{TOKEN}"}}}}"#);
    let whole = documented_body("lead-stage-pipeline");
    let half = |body: String| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len() * 2);
        Reply::raw(head + &body)
    };
    // The last of the four requests fails, after the others succeeded.
    let at_last = |reply: fn(String) -> Reply, body: String| -> Replies {
        Box::new(move |path| match path {
            "lead-stage-pipeline" => reply(body.clone()),
            other => documented(other),
        })
    };
    let cases: Vec<(Replies, &str, &str)> = vec![
        (
            at_last(|body| Reply::new("401 Unauthorized", "", body), refusal("NOT_AUTHORIZED")),
            "telecrm refused the credentials (401)",
            "--token-file",
        ),
        (
            at_last(|body| Reply::new("404 Not Found", "", body), refusal("ENTERPRISE_NOT_FOUND")),
            "telecrm has no such enterprise (404)",
            "TELECRM_ENTERPRISE_ID",
        ),
        (
            at_last(|body| Reply::new("404 Not Found", "", body), String::new()),
            "telecrm did not find the requested item (404)",
            "TELECRM_SYNC_URL",
        ),
        (
            at_last(|body| Reply::new("500 Internal Server Error", "", body), String::new()),
            "telecrm returned a server error (500)",
            "try again later",
        ),
        (at_last(half, whole.to_owned()), "no complete response arrived", "try again later"),
        (
            at_last(Reply::ok, whole[..90].to_owned()),
            "it is not JSON, or is incomplete JSON",
            "TELECRM_SYNC_URL",
        ),
        (
            at_last(Reply::ok, "<html>log in</html>".to_owned()),
            "it is an HTML page",
            "TELECRM_SYNC_URL",
        ),
        (
            at_last(Reply::ok, "{}".to_owned()),
            "does not contain the requested section",
            "TELECRM_SYNC_URL",
        ),
    ];
    for (replies, message, hint) in cases {
        let server = sync_api(replies);
        let (folder, file) = folder();
        let old = "# mine\ncustomFields: []\n";
        fs::write(&file, old).expect("written");
        let ran = pull(&server, &file);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{message}: {ran:?}");
        assert!(ran.err.contains("error: the lead stage pipeline cannot be read: "), "{}", ran.err);
        assert!(ran.err.contains(message), "{message}: {}", ran.err);
        let shown = ran.err.lines().find(|line| line.starts_with("hint: ")).unwrap_or_default();
        assert!(
            shown.contains("nothing was changed") && shown.contains(hint),
            "{hint}: {}",
            ran.err
        );
        assert_eq!(read(&file), old);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "no file is left");
    }
}

#[test]
fn missing_server_is_a_failure_with_a_hint() {
    let (_folder, file) = folder();
    let ran = ran(&mut command("acme", TOKEN, "http://127.0.0.1:1", &file));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("there is no connection to telecrm"), "{}", ran.err);
    assert!(ran.err.contains("hint: "), "{}", ran.err);
    assert!(!file.exists());
}

#[test]
fn unusable_old_file_is_not_replaced_and_no_request_is_sent() {
    let server = sync_api(documented);
    let twice = b"codegen: { skip: [a] }\ncustomFields: []\ncodegen: { skip: [b] }\n";
    for old in ["customFields: [\n".as_bytes(), b"- a\n", b"text", b"\xff\xfe", twice] {
        let (_folder, file) = folder();
        fs::write(&file, old).expect("written");
        let ran = pull(&server, &file);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains("nothing was changed"), "{}", ran.err);
        assert_eq!(fs::read(&file).expect("there"), old);
    }
    let (folder, _) = folder();
    assert_eq!(pull(&server, folder.path()).code, 2, "a folder is not a file");
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn token_can_come_from_a_file() {
    let server = sync_api(documented);
    let (folder, file) = folder();
    let token = folder.path().join("token");
    fs::write(&token, format!("{TOKEN}\n")).expect("written");
    let with_file = |path: &Path| {
        let mut command = command("acme", "", &server.url(), &file);
        ran(command.arg("--token-file").arg(path))
    };
    assert_eq!(with_file(&token).code, 0);
    let expected = format!("Bearer {TOKEN}");
    assert_eq!(server.requests()[0].header("authorization"), Some(expected.as_str()));
    fs::write(&token, format!("Bearer {TOKEN}")).expect("written");
    let refused = with_file(&token);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("it contains the word `Bearer`"), "{}", refused.err);
    assert_eq!(with_file(&folder.path().join("none")).code, 2);
}

#[test]
fn missing_or_invalid_variable_is_reported() {
    let (_folder, file) = folder();
    let cases = [
        ("", TOKEN, "http://localhost", "TELECRM_ENTERPRISE_ID is not set"),
        ("a/b", TOKEN, "http://localhost", "TELECRM_ENTERPRISE_ID is not valid"),
        ("acme", "", "http://localhost", "TELECRM_SYNC_TOKEN is not set"),
        ("acme", "a b", "http://localhost", "TELECRM_SYNC_TOKEN is not valid"),
        ("acme", TOKEN, "http://192.0.2.1", "TELECRM_SYNC_URL is plain http"),
        ("acme", TOKEN, "ftp://localhost", "TELECRM_SYNC_URL is not valid"),
        ("acme", TOKEN, "https://next-api.telecrm.in", "that of telecrm's Async API"),
    ];
    for (id, token, url, message) in cases {
        let ran = ran(&mut command(id, token, url, &file));
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains(message), "{message}: {}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn permissions_are_kept_and_an_unusable_folder_is_reported() {
    use std::os::unix::fs::PermissionsExt as _;

    let server = sync_api(documented);
    let (folder, file) = folder();
    fs::write(&file, "").expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("set");
    assert_eq!(pull(&server, &file).code, 0);
    assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o640);
    assert_eq!(read(&file), DOCUMENTED);
    let below = file.join("below.yaml");
    let ran = pull(&server, &below);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(read(&file), DOCUMENTED);
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["workspace.schema.json", "workspace.yaml"]);
}
