DROP TABLE `newsroom_refresh_token`;
