//! Errors of starting and changing an emulator.

use std::{
    error::Error as _,
    fmt, io,
    net::{IpAddr, SocketAddr},
};

use telecrm_schema::validate::InvalidCountryCode;

use crate::seed::InvalidSeed;

/// Why an emulator did not start.
///
/// [`Debug`](fmt::Debug) shows the causes too, the schema's whole report among them: it is what a
/// test that unwraps prints.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Neither `schema_file` nor `schema_yaml` was called.
    #[error("an emulator needs a schema: call `schema_file` or `schema_yaml`")]
    NoSchema,
    /// The schema has errors.
    #[error("the schema cannot be used")]
    Schema(#[source] telecrm_schema::Error),
    /// The default country code is not a country code.
    #[error(transparent)]
    CountryCode(#[from] InvalidCountryCode),
    /// The seed has a line that cannot be used.
    #[error(transparent)]
    Seed(#[from] InvalidSeed),
    /// The address or port cannot be listened on.
    #[error("cannot listen on {}", SocketAddr::new(*host, *port))]
    #[non_exhaustive]
    Listen {
        /// The address.
        host: IpAddr,
        /// The port; 0 stands for any.
        port: u16,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The server's own thread or runtime cannot be made.
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

/// Why another schema cannot take the place of the one in use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceError {
    /// Another field is the lead identifier, and the leads are kept under the old one.
    #[error("the lead identifier was `{from}` and is now `{to}`: start the emulator again")]
    #[non_exhaustive]
    Identifier {
        /// API name of the identifier in use.
        from: String,
        /// API name of the new one.
        to: String,
    },
    /// The default country code is not a country code.
    #[error(transparent)]
    CountryCode(#[from] InvalidCountryCode),
}
