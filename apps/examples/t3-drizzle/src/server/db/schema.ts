import { integer, sqliteTableCreator, text } from 'drizzle-orm/sqlite-core';

/** All tables of this app share a prefix, so that one database can serve several projects. */
const createTable = sqliteTableCreator((name) => `newsroom_${name}`);

export const users = createTable('user', {
  id: text()
    .primaryKey()
    .$defaultFn(() => crypto.randomUUID()),
  email: text().notNull().unique(),
  name: text().notNull(),
  passwordHash: text('password_hash').notNull(),
  role: text({ enum: ['owner', 'editor'] })
    .notNull()
    .default('editor'),
  verificationCode: text('verification_code'),
  emailVerifiedAt: integer('email_verified_at', { mode: 'timestamp_ms' }),
  createdAt: integer('created_at', { mode: 'timestamp_ms' })
    .notNull()
    .$defaultFn(() => new Date()),
});

export const posts = createTable('post', {
  id: integer().primaryKey({ autoIncrement: true }),
  title: text().notNull(),
  body: text().notNull().default(''),
  authorId: text('author_id')
    .notNull()
    .references(() => users.id),
  updatedAt: integer('updated_at', { mode: 'timestamp_ms' })
    .notNull()
    .$defaultFn(() => new Date()),
  publishedAt: integer('published_at', { mode: 'timestamp_ms' }),
});

export type User = typeof users.$inferSelect;
