//! An emulator to look at: `cargo run -p telecrm-emulator --example emulate -- SCHEMA PORT`.

use std::{env, error::Error};

use telecrm_emulator::Emulator;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let schema = arguments.next().unwrap_or_else(|| "schema/workspace.yaml".to_owned());
    let port = arguments.next().as_deref().unwrap_or("4010").parse()?;
    let telecrm = Emulator::builder().schema_file(schema).port(port).start().await?;
    println!("page       {}/", telecrm.url());
    println!("async API  {}  token {}", telecrm.url(), telecrm.async_token());
    println!("sync API   {}  token {}", telecrm.sync_url(), telecrm.sync_token());
    println!("enterprise {}", telecrm.enterprise_id());
    std::future::pending().await
}
