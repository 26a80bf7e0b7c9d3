//! The database of an outbox: the path of a file, or a URL.

use std::env;
use std::path::Path;

use telecrm_outbox::Outbox;

use super::failed;
use crate::exit::Failure;

/// Whether it is a URL rather than a path. Texts never repeat it: it may hold a password.
fn is_url(database: &str) -> bool {
    database.contains("://")
        || ["postgres:", "postgresql:"].iter().any(|scheme| database.starts_with(scheme))
}

/// The option that names this database in a printed command, with a space before it; empty if the
/// variable names it already.
pub(super) fn option(database: &str) -> String {
    if env::var("TELECRM_OUTBOX").is_ok_and(|variable| variable == database) {
        return String::new();
    }
    let quoted = shlex::try_quote(database).ok();
    match quoted.filter(|_| !database.contains(char::is_control)) {
        _ if is_url(database) => " --outbox URL".to_owned(),
        Some(path) => format!(" --outbox {path}"),
        None => " --outbox PATH".to_owned(),
    }
}

/// The SQL of the tables.
pub(super) fn tables(database: &str) -> Result<&'static str, Failure> {
    if is_url(database) { postgres::tables() } else { Ok(telecrm_outbox::sqlite::TABLES) }
}

pub(super) async fn open(database: &str, creates: bool) -> Result<Outbox, Failure> {
    if is_url(database) {
        return postgres::open(database, creates).await;
    }
    let opened = if creates {
        Outbox::open(database).await
    } else if Path::new(database).exists() {
        Outbox::open_existing(database).await
    } else {
        let failure =
            Failure::new(format!("there is no database at {}", telecrm_schema::escaped(database)));
        let migrate = format!("`cargo telecrm outbox migrate{}` creates one", option(database));
        return Err(failure.hint(migrate));
    };
    opened.map_err(failed)
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::{Failure, Outbox, failed};

    #[expect(clippy::unnecessary_wraps, reason = "without the feature it fails")]
    pub(super) fn tables() -> Result<&'static str, Failure> {
        Ok(telecrm_outbox::postgres::MIGRATION)
    }

    pub(super) async fn open(url: &str, creates: bool) -> Result<Outbox, Failure> {
        let opened =
            if creates { Outbox::connect(url).await } else { Outbox::connect_existing(url).await };
        opened.map_err(failed)
    }
}

#[cfg(not(feature = "postgres"))]
mod postgres {
    use super::{Failure, Outbox};

    fn missing() -> Failure {
        Failure::new("this `cargo telecrm` was built without PostgreSQL (feature `postgres`)")
            .hint("`cargo install cargo-telecrm --features postgres`")
    }

    pub(super) fn tables() -> Result<&'static str, Failure> {
        Err(missing())
    }

    #[expect(clippy::unused_async, reason = "with the feature it waits")]
    pub(super) async fn open(_url: &str, _creates: bool) -> Result<Outbox, Failure> {
        Err(missing())
    }
}
