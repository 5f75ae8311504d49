create table if not exists effects (key text primary key, count int not null, last text);
