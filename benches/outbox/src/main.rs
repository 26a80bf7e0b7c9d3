//! The outbox compared with SQL written by hand, and claims from a long queue compared with a short one.

mod by_hand;
mod claiming;
mod enqueue;

mod crm {
    telecrm_runtime::include_workspace!();
}

use std::env;
use std::error::Error;

use crm::actions::{SiteVisit, site_visit};
use crm::options::{ContactSource, Course, Interests, Status};
use telecrm_runtime::{Phone, Rating, email, money};

type Failure = Box<dyn Error>;

/// Ten fields and one action: the lead of `bench-delivery`.
fn lead(number: u64) -> crm::Lead {
    let phone = format!("91{}", 9_000_000_000 + number);
    crm::Lead::new(phone.parse::<Phone>().expect("twelve digits"))
        .name("Asha Rao")
        .email(email!("asha.rao@example.com"))
        .contact_source(ContactSource::WalkIn)
        .course(Course::JeeAdvanced)
        .interests([Interests::Vip, Interests::Returning])
        .deal_size(2)
        .budget(money!("150000.50"))
        .rating(Rating::FOUR)
        .status(Status::DemoBooked)
        .action(
            SiteVisit::new()
                .note("Came with both parents")
                .outcome(site_visit::Outcome::Interested),
        )
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["deliver", database, count] = arguments[..] {
        return claiming::deliver(database, count.parse()?).await;
    }
    let parts = ["enqueue", "claiming"];
    if let Some(other) = arguments.iter().find(|argument| !parts.contains(argument)) {
        return Err(format!("`{other}` is not one of {parts:?}").into());
    }
    let wanted = |part| arguments.is_empty() || arguments.contains(&part);
    // Next to the program: if /tmp is in memory, no write waits for a disk.
    let program = env::current_exe()?;
    let folder = tempfile::tempdir_in(program.parent().ok_or("a folder")?)?;
    if wanted("enqueue") {
        enqueue::one_caller(folder.path()).await?;
        enqueue::many_callers(folder.path()).await?;
    }
    if wanted("claiming") {
        claiming::sqlite(folder.path()).await?;
    }
    Ok(())
}
