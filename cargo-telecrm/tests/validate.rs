//! `cargo telecrm validate`, through the built binary.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::random_cases;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/workspace.yaml");
const GOOD: &str = r#"{"fields":{"phone":"919999999999","name":"Jane Doe"}}"#;
const BAD: &str = r#"{"fields":{"phone":"919999999999","deal_size":"1000"}}"#;

fn validate(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-telecrm"));
    command.args(["telecrm", "validate"]).args(arguments).env("NO_COLOR", "1");
    command
}

/// Runs the command with this input on stdin.
fn run(mut command: Command, stdin: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary is built");
    let mut pipe = child.stdin.take().expect("piped");
    let stdin = stdin.to_vec();
    // The command may end before it has read everything, if the schema is bad.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&stdin)));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("written");
    output
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8 goes out")
}

/// Exit code, stdout and stderr for bodies on stdin.
fn of_stdin(arguments: &[&str], stdin: &[u8]) -> (Option<i32>, String, String) {
    let output = run(validate(arguments), stdin);
    let (out, err) = (text(&output.stdout).to_owned(), text(&output.stderr).to_owned());
    (output.status.code(), out, err)
}

/// The lines of `--format json`.
fn found(stdin: &str) -> Vec<Value> {
    let (_, out, _) = of_stdin(&[SCHEMA, "--format", "json"], stdin.as_bytes());
    out.lines().map(|line| serde_json::from_str(line).expect("one JSON object per line")).collect()
}

fn file(folder: &TempDir, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("written");
    path
}

fn path(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn exit_0_if_nothing_is_dropped() {
    let (code, out, err) = of_stdin(&[SCHEMA], format!("{GOOD}\n{GOOD}").as_bytes());
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "", "2 bodies: nothing dropped\n"));
}

#[test]
fn exit_1_with_every_drop_its_place_and_a_suggestion() {
    let body = r#"{"fields":{"phone":"98765 43210","Name":"Jane","contact_source":"cold call"}}"#;
    let (code, out, err) = of_stdin(&[SCHEMA], format!("{GOOD}\n{BAD}\n{body}\n").as_bytes());
    assert_eq!(code, Some(1));
    let expected = "\
<stdin>:2: stored, with 1 drop
  D01 fields.deal_size: the text \"1000\" was sent; a number field takes a JSON number; the number 1000 would have been kept
<stdin>:3: the whole lead is dropped
  D04 fields.phone: ";
    assert!(out.starts_with(expected), "{out}");
    assert!(out.contains("D18 fields.Name: ") && out.contains("the key \"name\" would"), "{out}");
    assert!(out.contains("D06 fields.contact_source: ") && out.contains("\"Cold Call\""), "{out}");
    let summary = "3 bodies: 1 with drops, 1 dropped whole (D01 1, D04 1, D06 1, D18 1)\n";
    assert_eq!(err, summary);
}

#[test]
fn exit_2_and_a_hint_if_a_file_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = file(&folder, "good.json", BAD);
    let missing = folder.path().join("missing.json");
    let output = run(validate(&[SCHEMA, path(&missing), path(&good), path(folder.path())]), b"");
    let err = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("missing.json cannot be read"), "{err}");
    assert!(err.contains("hint: paths are relative to"), "{err}");
    assert!(err.contains("2 payloads not read to the end"), "{err}");
    assert!(
        text(&output.stdout).contains("good.json:1: stored"),
        "the other files are validated anyway"
    );

    let (code, _, err) = of_stdin(&["gone.yaml"], GOOD.as_bytes());
    assert_eq!(code, Some(2));
    assert!(err.contains("error: gone.yaml: the schema cannot be read"), "{err}");
    let schema = file(&folder, "bad.yaml", "customFields:\n  - { apiName: phone, type: FONE }\n");
    let (code, out, err) = of_stdin(&[path(&schema)], GOOD.as_bytes());
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("bad.yaml:2:") && err.contains("FONE"), "as `check` shows it: {err}");
}

#[test]
fn exit_2_without_any_body() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = file(&folder, "empty.jsonl", "\n \n");
    let none = file(&folder, "none.json", "[]");
    for format in ["human", "json", "github"] {
        let output = run(validate(&[SCHEMA, path(&empty), path(&none), "--format", format]), b"");
        let err = text(&output.stderr);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""), "{err}");
        assert!(err.contains("there is no body in ") && err.contains("empty.jsonl"), "{err}");
        assert!(err.contains("hint: a body is a JSON object such as"), "{err}");
    }
    let (code, _, err) = of_stdin(&[SCHEMA, "-"], b"");
    assert_eq!(code, Some(2));
    assert!(err.contains("there is no body in <stdin>"), "{err}");
    // One body is enough.
    let output = run(validate(&[SCHEMA, path(&empty), "-"]), GOOD.as_bytes());
    assert_eq!(output.status.code(), Some(0));
}

/// Three bodies in an encoding of 16 bits.
fn utf16(to_bytes: fn(u16) -> [u8; 2], mark: &str) -> Vec<u8> {
    let text = format!("{mark}{GOOD}\r\n{GOOD}\r\n{GOOD}\r\n");
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn utf_16_is_reported_once() {
    let cases = [
        (utf16(u16::to_le_bytes, "\u{feff}"), "UTF-16 (little-endian)"),
        (utf16(u16::to_be_bytes, "\u{feff}"), "UTF-16 (big-endian)"),
        (utf16(u16::to_le_bytes, ""), "UTF-16 (little-endian)"),
        (utf16(u16::to_be_bytes, ""), "UTF-16 (big-endian)"),
    ];
    for (bytes, name) in cases {
        let (code, out, err) = of_stdin(&[SCHEMA], &bytes);
        let expected =
            format!("<stdin>:1: refused with 400: not JSON: this is {name}, and JSON is UTF-8; ");
        assert!(out.starts_with(&expected) && out.lines().count() == 1, "{out}");
        assert_eq!((code, err.as_str()), (Some(1), "1 body: 1 refused\n"));
    }
    // Text in UTF-16 after text in UTF-8, like a file to which PowerShell's `>>` appended.
    let mixed = [format!("{GOOD}\n").into_bytes(), utf16(u16::to_le_bytes, "")].concat();
    let (_, out, err) = of_stdin(&[SCHEMA], &mixed);
    assert_eq!(out.matches("UTF-16").count(), 1, "{out}");
    assert!(err.starts_with("5 bodies: 4 refused"), "{err}");
}

#[test]
fn latin_1_is_reported_once_and_other_lines_are_validated() {
    let name = b"{\"fields\":{\"phone\":\"919999999999\",\"name\":\"Zo\xeb\"}}\n";
    let bytes = [&name[..], GOOD.as_bytes(), b"\n", name, BAD.as_bytes(), b"\n", name].concat();
    let (code, out, err) = of_stdin(&[SCHEMA], &bytes);
    assert_eq!(out.matches("Latin-1").count(), 1, "{out}");
    assert!(
        out.contains("<stdin>:3: refused with 400: not JSON: not UTF-8 either, as above"),
        "{out}"
    );
    assert!(out.contains("<stdin>:4: stored, with 1 drop"), "{out}");
    assert_eq!((code, err.as_str()), (Some(1), "5 bodies: 1 with drops, 3 refused (D01 1)\n"));
}

#[test]
fn github_annotations_are_one_line_per_drop() {
    let bytes = format!("{GOOD}\n{BAD}\nnot json\n");
    let (code, out, _) = of_stdin(&[SCHEMA, "--format", "github"], bytes.as_bytes());
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((code, lines.len()), (Some(1), 2), "{out}");
    let start =
        "::error file=<stdin>,line=2,col=1,title=D01::fields.deal_size: the text \"1000\" was";
    assert!(lines[0].starts_with(start), "{out}");
    assert!(
        lines[1].starts_with("::error file=<stdin>,line=3,col=1,title=refused with 400::not JSON"),
        "{out}"
    );
}

#[test]
fn report_ends_with_the_explain_command() {
    let (_, out, _) = of_stdin(&[SCHEMA], BAD.as_bytes());
    assert!(out.ends_with("\nFor more about this, try `cargo telecrm explain D01`.\n"), "{out}");
    let two = format!("{BAD}\n{{\"fields\":{{}}}}");
    let (_, out, _) = of_stdin(&[SCHEMA], two.as_bytes());
    assert!(out.ends_with("about each of these, try `cargo telecrm explain D01`.\n"), "{out}");
    let (_, out, _) = of_stdin(&[SCHEMA, "--format", "json"], BAD.as_bytes());
    assert!(!out.contains("explain"), "{out}");
}

#[test]
fn exit_2_for_a_wrong_command_line() {
    let (code, _, err) = of_stdin(&[SCHEMA, "--format", "xml"], b"");
    assert_eq!(code, Some(2), "{err}");
    let (code, _, err) = of_stdin(&[SCHEMA, "--default-country-code", "IN"], b"");
    assert_eq!(code, Some(2));
    assert!(err.contains("--default-country-code: `IN` is not a country code"), "{err}");
    assert_eq!(of_stdin(&[], b"").0, Some(2));
}

#[test]
fn json_line_is_a_delivery_with_a_place() {
    let found = found(&format!("{GOOD}\n[{GOOD},{BAD}]\n{{}}\n{{\"fields\":{{}}}}\n"));
    assert_eq!(found.len(), 3);
    assert_eq!(
        found[0],
        json!({
            "file": "<stdin>", "line": 2, "index": 1, "lead": "stored", "identifier": "919999999999",
            "drops": [{ "path": "fields.deal_size", "code": "D01", "reason": found[0]["drops"][0]["reason"] }],
        })
    );
    let refused = "`fields` must be a JSON object keyed by field API name";
    let expected = json!({
        "file": "<stdin>", "line": 3, "lead": "refused", "identifier": null, "drops": [],
        "reason": refused,
    });
    assert_eq!(found[1], expected);
    assert_eq!(
        (&found[2]["lead"], &found[2]["drops"][0]["code"]),
        (&json!("dropped"), &json!("D19"))
    );
}

#[test]
fn lines_that_are_not_json_are_reported_and_reading_continues() {
    let cut = &GOOD[..GOOD.len() - 2];
    let stdin = format!("{GOOD}\nnot json\n{cut}\n{BAD}\n5\n{cut},\n{GOOD}\n\"x\n{BAD}");
    let found = found(&stdin);
    let reported: Vec<_> =
        found.iter().map(|line| (line["line"].as_u64(), line["lead"].as_str())).collect();
    let refused = |line| (Some(line), Some("refused"));
    let stored = |line| (Some(line), Some("stored"));
    assert_eq!(
        reported,
        [refused(2), refused(3), stored(4), refused(5), refused(6), refused(8), stored(9)]
    );
    let (code, out, err) = of_stdin(&[SCHEMA], format!("{GOOD}\nnot json").as_bytes());
    assert_eq!(code, Some(1));
    assert_eq!(out, "<stdin>:2: refused with 400: not JSON: expected ident at line 2 column 2\n");
    assert_eq!(err, "2 bodies: 1 refused\n");
}

#[test]
fn one_body_over_several_lines_and_several_files_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let pretty = serde_json::from_str::<Value>(BAD).expect("JSON");
    let pretty_file = file(&folder, "one.json", format!("\n\n{pretty:#}\n"));
    let array = file(&folder, "array.json", format!("{:#}", json!([pretty, pretty])));
    let output = run(validate(&[SCHEMA, path(&pretty_file), path(&array)]), b"");
    let out = text(&output.stdout);
    assert!(out.contains("one.json:3: stored, with 1 drop"), "{out}");
    assert!(out.contains("array.json:1[0]: ") && out.contains("array.json:1[1]: "), "{out}");
    assert_eq!(text(&output.stderr), "3 bodies: 3 with drops (D01 3)\n");
}

#[test]
fn country_code_is_an_argument() {
    let body = r#"{"fields":{"phone":"91234567","nmae":1}}"#;
    let arguments = [SCHEMA, "--format", "json", "--default-country-code", "+65"];
    let (_, out, _) = of_stdin(&arguments, body.as_bytes());
    assert!(out.contains(r#""identifier":"6591234567""#), "{out}");
}

#[test]
fn control_characters_of_a_body_are_escaped() {
    let body = "{\"fields\":{\"phone\":\"919999999999\",\"\\u001b[2J\\u202e\":1}}";
    let (_, out, _) = of_stdin(&[SCHEMA], body.as_bytes());
    assert!(out.contains("fields.\\u{1b}[2J\\u{202e}: "), "{out:?}");
    assert!(!out.contains(['\u{1b}', '\u{202e}']), "{out:?}");
    let (_, out, _) = of_stdin(&[SCHEMA, "--format", "json"], body.as_bytes());
    assert!(out.contains(r"fields.\u001b[2J\u202e"), "{out:?}");
    assert!(!out.contains(['\u{1b}', '\u{202e}']), "{out:?}");
}

#[test]
fn line_beyond_16_mib_is_reported_and_the_next_is_read() {
    let long = format!("{{\"fields\":{{\"name\":\"{}\"}}}}", "x".repeat(16 * 1024 * 1024));
    let found = found(&format!("{long}\n{BAD}\n"));
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["reason"], "longer than 16 MiB, and not read");
    assert_eq!((&found[1]["line"], &found[1]["lead"]), (&json!(2), &json!("stored")));
}

#[test]
fn closed_pipe_causes_no_panic_and_keeps_the_exit_code() {
    let mut command = validate(&[SCHEMA, "--format", "json"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary is built");
    let mut stdin = child.stdin.take().expect("piped");
    // One block of results is read, then no more.
    let writer = std::thread::spawn(move || {
        drop(stdin.write_all(format!("{BAD}\n").repeat(20_000).as_bytes()));
    });
    let mut stdout = child.stdout.take().expect("piped");
    stdout.read_exact(&mut [0; 100]).expect("results");
    drop(stdout);
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("written");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "20000 bodies: 20000 with drops (D01 20000)\n");
}

#[test]
fn results_are_printed_before_more_input_arrives() {
    let mut command = validate(&[SCHEMA]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the binary is built");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(format!("{BAD}\n{{\"fields\"").as_bytes()).expect("it reads");
    // The input has not ended: a command that keeps its results until then would block here.
    let mut start = [0; 10];
    child.stdout.as_mut().expect("piped").read_exact(&mut start).expect("results");
    assert_eq!(&start, b"<stdin>:1:");
    drop(stdin);
    assert_eq!(child.wait_with_output().expect("it ends").status.code(), Some(1));
}

#[test]
fn flat_body_gets_the_advice_to_put_the_keys_under_fields_with_the_corrected_body() {
    let flat = concat!(
        r#"{"name":"Asha","phone":"9999990003","email":"","recaptchaToken":"tok"}"#,
        "\n",
        r#"{"fullName":"Asha"}"#,
    );
    let found = found(flat);
    let reason = |index: usize| found[index]["reason"].as_str().expect("a reason").to_owned();
    assert_eq!(found[0]["lead"], "refused");
    let corrected = reason(0);
    let body = corrected.split("under `fields`: ").nth(1).expect("a body");
    let body = body.split("; telecrm would drop").next().expect("a body");
    let (code, ..) = of_stdin(&[SCHEMA], body.as_bytes());
    assert_eq!(code, Some(0), "the corrected body is valid: {body}");
    assert!(body.contains("Asha") && body.contains("9999990003"), "{body}");
    assert!(corrected.ends_with(r#"telecrm would drop "email", "recaptchaToken""#), "{corrected}");
    let without_phone = reason(1);
    assert!(without_phone.contains("put the fields of the lead under `fields`"), "{without_phone}");
    assert!(!without_phone.contains("Asha"), "no body without the identifier: {without_phone}");
}

#[test]
fn d44_text_of_a_program_is_a_warning_and_the_exit_code_is_0() {
    let body =
        r#"{"fields":{"phone":"919999990009","name":"{{1.full_name}}","remark":"undefined"}}"#;
    let drops = found(body)[0]["drops"].clone();
    let marks: Vec<_> = drops
        .as_array()
        .expect("drops")
        .iter()
        .map(|drop| (&drop["code"], &drop["warning"]))
        .collect();
    assert_eq!(marks, [(&json!("D44"), &json!(true)); 2]);
    let (code, out, err) = of_stdin(&[SCHEMA], body.as_bytes());
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.starts_with("<stdin>:1: stored, with 2 warnings\n  warning: D44 fields."), "{out}");
    assert_eq!(err, "1 body: nothing dropped, 1 with warnings only (D44 2)\n");
    let (_, out, _) = of_stdin(&[SCHEMA, "--format", "github"], body.as_bytes());
    assert!(out.starts_with("::warning file=<stdin>,line=1,col=1,title=D44::"), "{out}");
    let (code, out, _) = of_stdin(&[SCHEMA], br#"{"fields":{"phone":"{{phone}}","name":"null"}}"#);
    assert_eq!(code, Some(1), "a dropped lead is a loss");
    assert!(out.contains("D04 fields.phone") && out.contains("warning: D44 fields.name"), "{out}");
}

proptest! {
    #![proptest_config(random_cases(50))]

    #[test]
    fn any_bytes_are_validated_without_a_panic(
        pieces in proptest::collection::vec(
            prop_oneof![
                any::<Vec<u8>>(),
                "[\\[\\]{},:\"\\\\ \n0-9a-z]{0,40}".prop_map(String::into_bytes),
                Just(GOOD.into()),
                Just(BAD.into()),
                Just(b"\n".to_vec()),
            ],
            0..12,
        ),
    ) {
        let (code, _, err) = of_stdin(&[SCHEMA, "--format", "json"], &pieces.concat());
        // The last line counts the bodies, unless there is none.
        let expected = match err.lines().last() {
            Some(summary) if summary.contains(": nothing dropped") => 0,
            Some(summary) if summary.contains(" dropped") || summary.contains(" refused") => 1,
            Some(summary) if summary.contains(" with drops") => 1,
            _ => {
                prop_assert!(err.starts_with("error: there is no body in <stdin>\n"), "{err}");
                2
            }
        };
        prop_assert_eq!(code, Some(expected), "{}", err);
    }
}
