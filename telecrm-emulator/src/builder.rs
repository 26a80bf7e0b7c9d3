//! Builder of an emulator, and the server thread that it starts.

use std::{
    io, mem,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    thread,
    time::Duration,
};

use telecrm_schema::{Schema, validate::Behaviors};
use tokio::{
    runtime::Runtime,
    sync::{oneshot, watch},
};

use crate::{
    clock::Clock,
    delivery::MAX_DELIVERY_BYTES,
    emulator::Emulator,
    engine::{Engine, Settings},
    error::StartError,
    faults::Faults,
    host_policy::HostPolicy,
    loaded::LoadedSchema,
    queue::MAX_QUEUE_BYTES,
    seed, server,
    size::{Limits, MAX_LEAD_BYTES},
    team::{Team, TeamMember},
    tokens::HOURLY_LIMIT,
};

/// Builder of an [`Emulator`]. The schema is required; everything else has a default.
///
/// ```no_run
/// # async fn test() -> Result<(), telecrm_emulator::StartError> {
/// use telecrm_emulator::{Clock, Emulator};
///
/// let clock = Clock::system();
/// let telecrm = Emulator::builder()
///     .schema_file("schema/workspace.yaml")
///     .clock(clock.clone())
///     .hourly_limit(100)
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing runs before `start`"]
pub struct Builder {
    schemas: Vec<SchemaSource>,
    enterprise_id: Option<String>,
    host: IpAddr,
    allowed_hosts: Vec<String>,
    port: u16,
    behaviors: Vec<(String, String)>,
    country_code: Option<String>,
    clock: Clock,
    hourly_limit: Option<u32>,
    read_timeout: Duration,
    faults: Faults,
    seed: String,
    limits: Limits,
    team: Team,
    lead_ids: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            schemas: Vec::new(),
            enterprise_id: None,
            host: Ipv4Addr::LOCALHOST.into(),
            allowed_hosts: Vec::new(),
            port: 0,
            behaviors: Vec::new(),
            country_code: None,
            clock: Clock::system(),
            hourly_limit: Some(HOURLY_LIMIT),
            read_timeout: Duration::from_secs(30),
            faults: Faults::none(),
            seed: String::new(),
            limits: Limits {
                deliveries: MAX_DELIVERY_BYTES,
                queue: MAX_QUEUE_BYTES,
                leads: MAX_LEAD_BYTES,
            },
            team: Team::made_up(),
            lead_ids: true,
        }
    }
}

#[derive(Clone, Debug)]
enum SchemaSource {
    File(PathBuf),
    Yaml(String),
    Checked(Box<Schema>),
}

impl SchemaSource {
    /// Reads and checks the schema.
    fn read(self) -> Result<Schema, telecrm_schema::Error> {
        match self {
            Self::File(path) => Schema::from_file(path),
            Self::Yaml(yaml) => Schema::from_yaml(&yaml),
            Self::Checked(schema) => Ok(*schema),
        }
    }
}

impl Emulator {
    /// Returns a builder with the default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// Adds a workspace with the schema of a file.
    ///
    /// With several schemas, one emulator serves several workspaces, each below its enterprise id.
    pub fn schema_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.schemas.push(SchemaSource::File(path.into()));
        self
    }

    /// Adds a workspace with the text of a schema.
    pub fn schema_yaml(mut self, yaml: impl Into<String>) -> Self {
        self.schemas.push(SchemaSource::Yaml(yaml.into()));
        self
    }

    /// Adds a workspace with a parsed schema.
    pub fn schema(mut self, schema: Schema) -> Self {
        self.schemas.push(SchemaSource::Checked(Box::new(schema)));
        self
    }

    /// Sets the enterprise id of the only workspace. It overrides the id in the schema.
    pub fn enterprise_id(mut self, id: impl Into<String>) -> Self {
        self.enterprise_id = Some(id.into());
        self
    }

    /// Sets the address to listen on. The default is 127.0.0.1.
    ///
    /// An emulator has no secrets. If the address is not a loopback address, everyone who can
    /// connect to it can read and delete every lead. The `Host` header of a request may then
    /// contain any name, unless [`allow_host`](Self::allow_host) restricts the names.
    pub fn host(mut self, host: impl Into<IpAddr>) -> Self {
        self.host = host.into();
        self
    }

    /// Adds a name to the accepted `Host` headers. Several calls add several names.
    ///
    /// Loopback names and the address that the emulator listens on are always accepted.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.allowed_hosts.push(name.into());
        self
    }

    /// Sets the port to listen on. The default, 0, selects a free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets a behavior of telecrm that no document confirms.
    ///
    /// [`Behavior::ALL`](crate::Behavior::ALL) contains the names and their values. The first value of each
    /// behavior is the default. A later call for the same name wins.
    ///
    /// ```no_run
    /// # async fn test() -> Result<(), telecrm_emulator::StartError> {
    /// let telecrm = telecrm_emulator::Emulator::builder()
    ///     .schema_file("schema/workspace.yaml")
    ///     .behavior("empty_text", "clear")
    ///     .start()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn behavior(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.behaviors.push((name.into(), value.into()));
        self
    }

    /// Sets the country code that telecrm adds to a phone number without a country code.
    ///
    /// The default is `91` (India).
    pub fn default_country_code(mut self, code: impl Into<String>) -> Self {
        self.country_code = Some(code.into());
        self
    }

    /// Sets the clock. The default is [`Clock::system`].
    ///
    /// Clones of a clock share one time, so a test keeps a clone and advances it.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Sets the number of requests per hour that each Async token accepts.
    ///
    /// The emulator responds to further requests with 429. The default is [`HOURLY_LIMIT`];
    /// `None` removes the limit.
    pub fn hourly_limit(mut self, limit: impl Into<Option<u32>>) -> Self {
        self.hourly_limit = limit.into();
        self
    }

    /// Sets the maximum time for the head of a request, and again for its body.
    ///
    /// The emulator also closes connections that are idle for this time. The default is 30
    /// seconds, in real time: the emulator's [`Clock`] does not affect it.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// Sets the faults at the start and after each reset.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Sets the leads at the start and after each reset, as JSON lines.
    ///
    /// Each line is a body of the Async API, or a lead from `GET /emulator/leads`. Seeded leads
    /// are not deliveries. [`start`](Self::start) fails if telecrm would drop a value of a line.
    /// Archived statuses and archived lost reasons are accepted, because old leads have them. With
    /// several schemas, the leads are those of the first workspace.
    pub fn seed_jsonl(mut self, lines: impl Into<String>) -> Self {
        self.seed = lines.into();
        self
    }

    /// Sets the maximum total memory of the leads, in bytes.
    ///
    /// The emulator refuses requests beyond it with 507. The default is [`MAX_LEAD_BYTES`].
    pub fn lead_bytes(mut self, bytes: usize) -> Self {
        self.limits.leads = bytes;
        self
    }

    /// Sets the maximum total memory of requests whose processing is held or delayed, in bytes.
    ///
    /// The emulator refuses requests beyond it with 503. The default is [`MAX_QUEUE_BYTES`].
    pub fn queue_bytes(mut self, bytes: usize) -> Self {
        self.limits.queue = bytes;
        self
    }

    /// Sets the maximum total memory of the remembered deliveries, in bytes.
    ///
    /// The oldest deliveries are discarded first; the newest delivery is always kept. The
    /// default is [`MAX_DELIVERY_BYTES`].
    pub fn delivery_bytes(mut self, bytes: usize) -> Self {
        self.limits.deliveries = bytes;
        self
    }

    /// Sets the team members that the Sync API lists, and the only accepted assignees.
    ///
    /// The value of an `activeUsers` field that is not the email of a member is dropped (D12), like
    /// the email of a deleted member. The default team has two made-up members, and without a call of
    /// this method every valid email is accepted.
    pub fn team(mut self, members: impl IntoIterator<Item = TeamMember>) -> Self {
        self.team = Team::of(members);
        self
    }

    /// Sets whether search results of the Sync API contain the ids of the leads.
    ///
    /// Public integrations read these ids, so they are included by default. The examples in
    /// telecrm's documentation contain only `fields`; `false` reproduces them.
    pub fn lead_ids(mut self, shown: bool) -> Self {
        self.lead_ids = shown;
        self
    }

    /// Starts the emulator. It accepts requests when this method returns.
    ///
    /// The server has its own thread and runtime. It therefore works with any executor, and it
    /// responds to a test that blocks its own thread.
    ///
    /// # Errors
    ///
    /// Returns an error if a schema, the seed, the country code or a behavior is invalid, if two
    /// workspaces have one enterprise id, or if the emulator cannot listen on the port.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let (started, result) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("telecrm-emulator".to_owned())
            .spawn(move || serve(self, started, stopped))
            .map_err(StartError::Server)?;
        match result.await {
            Ok(Ok(engines)) => Ok(Emulator::new(engines, stop, thread)),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(StartError::Server(io::Error::other("the server thread ended early"))),
        }
    }

    /// Performs all fallible steps of the start, before the first request.
    fn prepare(self) -> Result<(Vec<Arc<Engine>>, TcpListener), StartError> {
        if self.schemas.is_empty() {
            return Err(StartError::NoSchema);
        }
        let country_code = self.country_code;
        let mut behaviors = Behaviors::default();
        for (name, value) in &self.behaviors {
            behaviors.set(name, value)?;
        }
        let mut loaded = Vec::new();
        let mut workspaces: Vec<(String, String)> = Vec::new();
        for schema in self.schemas {
            let schema = schema.read().map_err(StartError::Schema)?;
            let enterprise_id = self.enterprise_id.as_ref().or(schema.enterprise_id.as_ref());
            let enterprise_id = enterprise_id.map_or("emulator", String::as_str).to_owned();
            if workspaces.iter().any(|(other, _)| *other == enterprise_id) {
                return Err(StartError::SameEnterprise { id: enterprise_id });
            }
            let name = schema.enterprise_name.as_ref().unwrap_or(&enterprise_id).clone();
            let country_code = country_code.as_deref();
            loaded.push(LoadedSchema::new(schema, &enterprise_id, country_code, behaviors)?);
            workspaces.push((enterprise_id, name));
        }
        let mut seed = match loaded.first() {
            Some(first) => seed::read(&self.seed, first)?,
            None => Vec::new(),
        };
        let (host, port) = (self.host, self.port);
        let listen = |source| StartError::Listen { host, port, source };
        let listener = TcpListener::bind((host, port)).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let workspaces: Arc<[(String, String)]> = workspaces.into();
        let changes = watch::Sender::new(0);
        let engines = loaded.into_iter().enumerate().map(|(index, loaded)| {
            let settings = Settings {
                enterprise_id: workspaces[index].0.clone(),
                workspaces: Arc::clone(&workspaces),
                behaviors,
                country_code: country_code.clone(),
                url: format!("http://{}", reachable(address)),
                hosts: HostPolicy { bound: host, allowed: self.allowed_hosts.clone() },
                clock: self.clock.clone(),
                hourly_limit: self.hourly_limit,
                read_timeout: self.read_timeout,
                faults: self.faults.clone(),
                seed: mem::take(&mut seed),
                limits: self.limits,
                team: self.team.clone(),
                lead_ids: self.lead_ids,
            };
            Arc::new(Engine::new(settings, loaded, changes.clone()))
        });
        Ok((engines.collect(), listener))
    }
}

/// Replaces an unspecified address (0.0.0.0, ::) with the loopback address, for URLs.
fn reachable(bound: SocketAddr) -> SocketAddr {
    match bound.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => (Ipv4Addr::LOCALHOST, bound.port()).into(),
        IpAddr::V6(ip) if ip.is_unspecified() => (Ipv6Addr::LOCALHOST, bound.port()).into(),
        _ => bound,
    }
}

type Started = Result<Vec<Arc<Engine>>, StartError>;

/// Runs the server thread until the sender of `stop` is dropped.
///
/// The runtime then closes every connection and releases the port.
fn serve(builder: Builder, started: oneshot::Sender<Started>, stop: oneshot::Receiver<()>) {
    let (result, runtime) = match listen(builder) {
        Ok((engines, runtime)) => (Ok(engines), Some(runtime)),
        Err(error) => (Err(error), None),
    };
    let awaited = started.send(result).is_ok();
    if let (Some(runtime), true) = (runtime, awaited) {
        // No value is ever sent: the error means that the emulator was dropped.
        let _ = runtime.block_on(stop);
    }
}

/// Spawns the server on a new runtime, which [`serve`] then runs.
fn listen(builder: Builder) -> Result<(Vec<Arc<Engine>>, Runtime), StartError> {
    let (engines, listener) = builder.prepare()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(StartError::Server)?;
    let entered = runtime.enter();
    let listener = tokio::net::TcpListener::from_std(listener).map_err(StartError::Server)?;
    runtime.spawn(server::serve(listener, engines.clone()));
    drop(entered);
    Ok((engines, runtime))
}
