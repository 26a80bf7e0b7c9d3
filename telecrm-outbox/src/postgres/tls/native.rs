//! TLS by the implementation of the operating system.

use std::path::Path;

use native_tls::{Certificate, Identity, TlsConnector};
use postgres_native_tls::{MakeTlsConnector, set_postgresql_alpn};

use super::unusable;
use crate::error::Error;
use crate::postgres::url::TlsSettings;

pub(in crate::postgres) type Connector = MakeTlsConnector;

pub(in crate::postgres) fn connector(settings: &TlsSettings) -> Result<Connector, Error> {
    let mut builder = TlsConnector::builder();
    if let Some(path) = &settings.roots {
        let pem = read("sslrootcert", path)?;
        let roots = Certificate::stack_from_pem(&pem).unwrap_or_default();
        if roots.is_empty() {
            return Err(unusable("sslrootcert", path));
        }
        builder.disable_built_in_roots(true).danger_accept_invalid_hostnames(settings.ignores_host);
        for root in roots {
            builder.add_root_certificate(root);
        }
    }
    if let Some((certificate, key)) = &settings.client {
        let (chain, private) = (read("sslcert", certificate)?, read("sslkey", key)?);
        let identity =
            Identity::from_pkcs8(&chain, &private).map_err(|_| unusable("sslkey", key))?;
        builder.identity(identity);
    }
    // `sslnegotiation=direct` needs it, and other servers ignore it.
    set_postgresql_alpn(&mut builder);
    Ok(MakeTlsConnector::new(builder.build().map_err(|_| Error::Tls)?))
}

fn read(parameter: &str, path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|_| unusable(parameter, path))
}
