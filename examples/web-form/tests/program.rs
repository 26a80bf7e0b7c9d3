//! The options of the program.

#[allow(dead_code, reason = "each test crate uses its part")]
#[path = "support/program.rs"]
mod program;

use program::Program;
use reqwest::StatusCode;
use telecrm_emulator::Emulator;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

#[tokio::test(flavor = "multi_thread")]
async fn options_enable_the_endpoints_and_an_open_webhook_is_a_warning() {
    let telecrm =
        Emulator::builder().schema_file(SCHEMA).start().await.expect("the schema is valid");
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("enquiries.db");
    let http = reqwest::Client::new();
    let post = async |url: String, origin: &str| {
        let request = http.post(url).header("Origin", origin).body("{}");
        request.send().await.expect("an answer").status()
    };

    let program = Program::start(&telecrm, &database, &[]);
    let origin = program.form.clone();
    assert_eq!(post(format!("{origin}/webhook"), &origin).await, StatusCode::ACCEPTED);
    let messages = program.messages();
    assert!(messages.contains("set --webhook-token"), "{messages}");

    let page = "https://www.example.com";
    let arguments = ["--webhook-token", "s3cret-token", "--google-key", "s3cret-key"];
    let access = ["--allow-origin", page, "--trusted-proxy", "127.0.0.1"];
    let program = Program::start(&telecrm, &database, &[&arguments[..], &access].concat());
    let origin = program.form.clone();
    for (path, origin, expected) in [
        ("webhook", origin.as_str(), StatusCode::UNAUTHORIZED),
        ("webhook/s3cret-token", &origin, StatusCode::ACCEPTED),
        ("webhook/indiamart/s3cret-token", &origin, StatusCode::ACCEPTED),
        ("webhook/google", &origin, StatusCode::UNAUTHORIZED),
        ("enquiry", page, StatusCode::UNPROCESSABLE_ENTITY),
        ("enquiry", &origin, StatusCode::FORBIDDEN),
    ] {
        assert_eq!(post(format!("{}/{path}", program.form), origin).await, expected, "{path}");
    }
    let messages = program.messages();
    assert!(
        !messages.contains("set --webhook-token") && !messages.contains("s3cret"),
        "{messages}"
    );
}
