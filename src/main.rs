fn main(){ let c = datafusion::prelude::SessionContext::new(); let _=c; }
