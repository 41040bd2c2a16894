/** The plain HTTP route of a procedure, also for the OpenAPI document. */
export type RestMeta = {
  openapi?: {
    method: 'GET' | 'POST';
    path: `/${string}`;
    summary?: string;
    description?: string;
    tags?: string[];
    protect?: boolean;
    errorResponses?: number[];
  };
};
