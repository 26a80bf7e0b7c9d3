//! Errors when an emulator starts, or when its schema is replaced.

use std::{
    error::Error as _,
    fmt, io,
    net::{IpAddr, SocketAddr},
};

use telecrm_schema::validate::{InvalidBehavior, InvalidCountryCode};

use crate::seed::InvalidSeed;

/// Error when an emulator starts.
///
/// [`Debug`](fmt::Debug) also contains the causes, including the whole report of the schema,
/// because a test that unwraps the result prints it.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The builder has no schema.
    #[error("an emulator needs a schema: call `schema_file` or `schema_yaml`")]
    NoSchema,
    /// Two workspaces have one enterprise id. A schema without `enterprise` has the id `emulator`.
    #[error(
        "two workspaces have the enterprise id `{id}`; each needs its own `enterprise: {{ id: … }}`"
    )]
    #[non_exhaustive]
    SameEnterprise {
        /// The enterprise id.
        id: String,
    },
    /// The schema has errors.
    #[error("the schema cannot be used")]
    Schema(#[source] telecrm_schema::Error),
    /// The default country code is not a country code.
    #[error(transparent)]
    CountryCode(#[from] InvalidCountryCode),
    /// A behavior has an unknown name or value.
    #[error(transparent)]
    Behavior(#[from] InvalidBehavior),
    /// The seed has a line that cannot be used.
    #[error(transparent)]
    Seed(#[from] InvalidSeed),
    /// The emulator cannot listen on the address and port.
    #[error("cannot listen on {}", SocketAddr::new(*host, *port))]
    #[non_exhaustive]
    Listen {
        /// The address.
        host: IpAddr,
        /// The port; 0 means any free port.
        port: u16,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The thread or the runtime of the server cannot be created.
    #[error("cannot start the server")]
    Server(#[source] io::Error),
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, ":\n{error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Error when the schema of a running emulator is replaced.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceError {
    /// The emulator serves several workspaces, and none of them has the enterprise id of the schema.
    #[error("no workspace of the emulator has the enterprise id of the schema")]
    NoWorkspace,
    /// The lead identifier changes, but the leads are stored by the old identifier.
    #[error("the lead identifier was `{from}` and is now `{to}`: start the emulator again")]
    #[non_exhaustive]
    Identifier {
        /// API name of the identifier in use.
        from: String,
        /// API name of the new identifier.
        to: String,
    },
    /// The default country code is not a country code.
    #[error(transparent)]
    CountryCode(#[from] InvalidCountryCode),
}
