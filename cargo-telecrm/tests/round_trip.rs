//! The whole way, for every schema of the repository: `pull` from a telecrm, `generate` from the pulled
//! file, compile, send every value that the types can hold, and telecrm drops nothing.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use assert_cmd::cargo::cargo_bin;
use reqwest::StatusCode;
use telecrm_codegen::NamedSchema;
use telecrm_codegen::names::NamedField;
use telecrm_emulator::Emulator;
use telecrm_schema::{FieldType, Schema};
use test_support::ScratchCrate;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// All schemas of the repository.
fn schemas() -> Vec<PathBuf> {
    let folder = Path::new(ROOT).join("telecrm-codegen/tests/schemas");
    let listed = fs::read_dir(folder).expect("schemas");
    let mut schemas: Vec<_> = listed.map(|entry| entry.expect("a schema").path()).collect();
    // Beside the schemas there is a folder of cases that sweeps have kept.
    schemas.retain(|path| path.is_file());
    schemas.push(Path::new(ROOT).join("schema/workspace.yaml"));
    schemas.sort();
    schemas
}

fn succeeded(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("it runs");
    let err = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?}:\n{err}");
    String::from_utf8(stdout).expect("UTF-8")
}

fn telecrm(arguments: &[&str], out: &Path) -> Command {
    let mut command = Command::new(cargo_bin("cargo-telecrm"));
    command.arg("telecrm").args(arguments).arg("--out").arg(out);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pulled_generated_and_sent_is_stored_without_a_drop() {
    let program = ScratchCrate::new(env!("CARGO_TARGET_TMPDIR"), "round-trip", MANIFEST);
    let mut main = String::from(MAIN);
    let mut workspaces = Vec::new();
    for (number, schema) in schemas().into_iter().enumerate() {
        let emulator = Emulator::builder().schema_file(&schema).hourly_limit(None).start().await;
        let emulator = emulator.expect("a good schema");
        let pulled = program.path(&format!("{number}.yaml"));
        // Only the file has a section `codegen`: a pull keeps it.
        fs::copy(&schema, &pulled).expect("writable");
        succeeded(
            telecrm(&["pull"], &pulled)
                .env("TELECRM_ENTERPRISE_ID", emulator.enterprise_id())
                .env("TELECRM_SYNC_TOKEN", emulator.sync_token())
                .env("TELECRM_SYNC_URL", emulator.sync_url()),
        );
        let code = program.path(&format!("src/crm_{number}.rs"));
        succeeded(&mut telecrm(&["generate", pulled.to_str().expect("a path")], &code));
        let workspace = NamedSchema::from_file(&pulled).expect("it was generated from");
        let _ = write!(main, "mod crm_{number};\n{}", leads(&workspace, number));
        workspaces.push((schema, emulator));
    }
    main.push_str("fn main() {\n");
    for number in 0..workspaces.len() {
        let _ = writeln!(main, "    print({number}, &leads_{number}());");
    }
    main.push_str("}\n");
    program.write("src/main.rs", &main);

    let bodies = succeeded(&mut program.cargo(&["run", "--quiet"]));
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    for (number, (schema, emulator)) in workspaces.iter().enumerate() {
        let prefix = format!("{number} ");
        let bodies: Vec<_> = bodies.lines().filter_map(|line| line.strip_prefix(&prefix)).collect();
        for body in &bodies {
            let (url, id) = (emulator.url(), emulator.enterprise_id());
            let request = client.post(format!("{url}/enterprise/{id}/autoupdatelead"));
            let request = request.bearer_auth(emulator.async_token());
            let request = request.header("content-type", "application/json");
            let response = request.body((*body).to_owned()).send().await.expect("a response");
            assert_eq!(response.status(), StatusCode::OK, "{}: {body}", schema.display());
        }
        emulator.assert_nothing_dropped();
        let leads = emulator.leads();
        assert_eq!(leads.len(), bodies.len(), "{}", schema.display());
        let defined = Schema::from_file(schema).expect("a good schema");
        let whole = &leads[0];
        assert_eq!(whole.fields.len(), defined.fields.len(), "{whole:?}");
        assert_eq!(whole.actions.len(), defined.actions.len() + 1, "{whole:?}");
    }
}

const MANIFEST: &str = "edition = \"2024\"\n\n[dependencies]\n\
    telecrm-runtime = { path = \"{root}/telecrm-runtime\", default-features = false }\n";

/// The program that prints the bodies, each after the number of its workspace.
const MAIN: &str = r#"#![allow(dead_code)]
use telecrm_runtime as telecrm;

fn print<L: telecrm::Lead>(number: usize, leads: &[L]) {
    for lead in leads {
        println!("{number} {}", telecrm::to_json(lead));
    }
}
"#;

/// A function that makes leads: one with everything, and one for each option.
fn leads(workspace: &NamedSchema, number: usize) -> String {
    let identifier = workspace.identifier();
    let id = match &identifier.schema.field_type {
        FieldType::Phone => "format!(\"9198765{next:05}\").parse::<telecrm::Phone>()",
        FieldType::Email => "format!(\"lead{next}@example.com\").parse::<telecrm::Email>()",
        _ => "format!(\"लीड {next}\").parse::<telecrm::NonBlankText>()",
    };
    let others = || {
        workspace.fields.iter().filter(|field| field.schema.api_name != identifier.schema.api_name)
    };
    let mut code = format!(
        "fn leads_{number}() -> Vec<crm_{number}::Lead> {{\n    use crm_{number} as crm;\n    \
         let mut next = 0;\n    let mut id = || {{ next += 1; {id}.expect(\"an identifier\") }};\n    \
         let mut whole = crm::Lead::new(id());\n"
    );
    for field in others() {
        let value = value(field, "crm::options");
        let _ = writeln!(code, "    whole = whole.{}({value});", field.ident);
    }
    for action in &workspace.actions {
        let module = format!("crm::actions::{}", action.module);
        let _ = write!(code, "    whole = whole.action(crm::actions::{}::new()", action.ident);
        for field in &action.fields {
            let _ = write!(code, ".{}({})", field.ident, value(field, &module));
        }
        if action.schema.backdatable {
            code.push_str(".created_on(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_767_225_600))");
        }
        code.push_str(");\n");
    }
    code.push_str(
        "    whole = whole.action(telecrm::Payment::new(telecrm::PaymentStatus::Completed, \
         telecrm::Currency::Inr, telecrm::amount!(\"0.5\")));\n    let mut leads = vec![whole];\n",
    );
    for field in others() {
        if let Some(list) = list(field, "crm::options") {
            let one = if matches!(field.schema.field_type, FieldType::Tags(_)) {
                "[*option]"
            } else {
                "*option"
            };
            let _ = writeln!(
                code,
                "    for option in {list}::ALL {{ \
                 leads.push(crm::Lead::new(id()).{}({one})); }}",
                field.ident
            );
        }
    }
    code.push_str("    leads\n}\n");
    code
}

/// The enum of a field.
fn list(field: &NamedField, module: &str) -> Option<String> {
    match &field.schema.field_type {
        FieldType::Status => Some("crm::options::Status".to_owned()),
        FieldType::LostReason => Some("crm::options::LostReason".to_owned()),
        _ => field.options.as_ref().map(|options| format!("{module}::{}", options.ident)),
    }
}

/// A value that is not the usual one.
fn value(field: &NamedField, module: &str) -> String {
    let all = || format!("{}::ALL", list(field, module).expect("a field with a list"));
    let value = match &field.schema.field_type {
        FieldType::Text(length) => match length.bounds() {
            None => "\"R & D <b>\\u{1F600}\\n\\\"\"",
            Some((least, most)) => {
                let text = "ß".repeat(most.min(1_000).max(least) as usize);
                return format!(
                    "\"{text}\".parse::<telecrm::BoundedText<{least}, {most}>>().unwrap()"
                );
            }
        },
        FieldType::Email => "telecrm::email!(\"a.b+c@mail.example.com\")",
        FieldType::Phone => "telecrm::phone!(\"+15551234567\")",
        FieldType::Number => "telecrm::number!(-2.5)",
        FieldType::Date => "std::time::SystemTime::now()",
        FieldType::Money => "telecrm::money!(\"-1500.50\")",
        FieldType::Website => "telecrm::website!(\"https://example.com/a?b=c#d\")",
        FieldType::MediaLink => "telecrm::media_link!(\"https://example.com/a.pdf\")",
        FieldType::ActiveUsers => "telecrm::active_user!(\"agent@example.com\")",
        FieldType::Rating => "telecrm::Rating::FIVE",
        FieldType::Dropdown(options) if options.labels.is_empty() => {
            "telecrm::Open::new_label(\"new\")"
        }
        FieldType::Tags(options) if options.labels.is_empty() => {
            "[telecrm::Open::new_label(\"new\")]"
        }
        FieldType::Tags(_) => return format!("{}.to_vec()", all()),
        FieldType::Dropdown(_) | FieldType::Status | FieldType::LostReason => {
            return format!("{}[0]", all());
        }
    };
    value.to_owned()
}
